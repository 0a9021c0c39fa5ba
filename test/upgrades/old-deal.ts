import { createHash } from 'node:crypto';
import type { CrmPort } from '../../src/crm/crm-port.ts';
import { isHubError } from '../../src/domain/errors.ts';
import type { EnvelopeStatus } from '../../src/esign/esign-port.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { createMemoryQueue } from '../../src/queue/memory-queue.ts';
import { createFakeCrm } from '../fakes/fake-crm.ts';
import { createFakeESign } from '../fakes/fake-esign.ts';
import type { Fixtures } from './load-fixtures.ts';
import { openOldHub } from './old-hub.ts';
import type { Snapshot } from './snapshot.ts';

/** Longer than a lease, and than a lost call is waited for: what died is taken over. */
const AFTERWARDS_MS = 10 * 60_000;

/** A deal that another version left in the middle of its journey, with today's workers and fakes of the providers. */
export async function openOldDeal({ config }: Fixtures, snapshot: Snapshot) {
  const hub = await openOldHub([...snapshot.items, config], snapshot.atMs + AFTERWARDS_MS);
  const { clock, files } = hub;
  const [connectionId = ''] = snapshot.dealId.split('.');
  const crm = createFakeCrm(connectionId, snapshot.facts);
  const esign = createFakeESign('docusign-main', clock);
  for (const { envelopeId, status, contractRef, attemptKey, createdAtMs } of snapshot.envelopes) {
    esign.envelopes.push({
      envelopeId,
      status: status as EnvelopeStatus,
      createdAtMs,
      spec: { contractRef, attemptKey } as (typeof esign.envelopes)[number]['spec'],
    });
  }
  const doneBefore = new Set(snapshot.crmTasks);
  // How version 0.1.0 made the key that a file carries in the CRM; it is stored nowhere, so it must never change.
  const keyOf = (write: string) => {
    const digest = createHash('sha256').update(`${snapshot.dealId}\n${write}\nfile`).digest('hex');
    return `sp-${digest.slice(0, 24)}`;
  };
  const filesBefore = new Set(snapshot.crmFiles.map(keyOf));
  const inbox = createMemoryQueue(clock);
  const crmPort: CrmPort = {
    ...crm.port,
    findOwnerByEmail: async (email) => snapshot.owners.find((owner) => owner.email === email),
    findOwnerById: async (id) => snapshot.owners.find((owner) => owner.id === id),
    async createTask(recordId, task) {
      if (doneBefore.has(task.effectKey)) throw new Error(`the task ${task.effectKey} is made twice`);
      return crm.port.createTask(recordId, task);
    },
    async attachFile(recordId, file) {
      if (filesBefore.has(file.effectKey)) throw new Error(`the file ${file.effectKey} is attached twice`);
      return crm.port.attachFile(recordId, file);
    },
  };
  const parts: WorkerParts = {
    ...hub.parts,
    functionTimeoutMs: 60_000,
    crm: () => crmPort,
    esign: () => esign.port,
    inbox,
    files,
  };

  /** All workers look at the deal, as often as they ask to; what they put into the inbox is recorded. */
  async function work(): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      for (const ensure of [ensureContract, ensurePlans, ensureWrittenBack]) {
        try {
          await ensure(snapshot.dealId, `t-${round}`, parts);
        } catch (error) {
          if (!isHubError(error) || error.retry === 'never') throw error;
          clock.advance(error.retry.afterMs);
        }
      }
      for (const { body, receiptHandle } of inbox.receive(50, 60)) {
        await recordInboxMessage(body, 1, hub.parts);
        inbox.delete(receiptHandle);
      }
      clock.advance(60_000);
    }
  }

  return { ...hub, crm, esign, inbox, parts, hubParts: hub.parts, work, dealId: snapshot.dealId };
}

export type OldDeal = Awaited<ReturnType<typeof openOldDeal>>;
