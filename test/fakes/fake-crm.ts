import type { CrmPort, FileToAttach, NewTask } from '../../src/crm/crm-port.ts';
import type { DealFacts, DealOwner } from '../../src/domain/deal-facts.ts';
import type { StageTransition } from '../../src/domain/signals.ts';

export interface FakeCrm {
  readonly port: CrmPort;
  /** The one deal of this account; tests change it as a person would. */
  deal: DealFacts | undefined;
  history: StageTransition[];
  readonly tasks: (NewTask & { readonly id: string })[];
  readonly files: (FileToAttach & { readonly id: string })[];
  readonly stageWrites: string[];
  readonly fields: Record<string, string>;
}

export const ADA: DealOwner = { id: '501', name: 'Ada Okafor', email: 'ada@example.com', active: true };
export const BEN: DealOwner = { id: '502', name: 'Ben Lindqvist', email: 'ben@example.com', active: true };

/** A deal with everything that the test policy asks for. */
export function completeDeal(recordId: string, stageId: string): DealFacts {
  return {
    recordId,
    name: 'Northwind rollout',
    amount: '120000.00',
    currency: 'EUR',
    closeDate: '2026-12-15',
    pipelineId: 'main',
    stageId,
    owner: ADA,
    company: { id: '900', name: 'Northwind Traders' },
    contacts: [
      { id: '700', name: 'Nora Nwosu', email: 'nora@northwind.example', labels: ['Contract signer'], isPrimary: true },
    ],
    lineItems: [],
    properties: {},
    linkedRecordId: undefined,
    mergedRecordIds: [],
    url: undefined,
  };
}

/** A CRM account in memory, without delays and without faults. */
export function createFakeCrm(connectionId: string, deal: DealFacts): FakeCrm {
  const owners = [ADA, BEN];
  const crm: FakeCrm = {
    deal,
    history: [],
    tasks: [],
    files: [],
    stageWrites: [],
    fields: {},
    port: {
      connectionId,
      capabilities: { uniqueTaskKey: false, settleMs: 10_000, longestCallMs: 15_000 },
      recordIdOf: (text) => text,
      findLinkedRecord: async () => undefined,
      readDeal: async () =>
        crm.deal === undefined ? { found: false, why: 'deleted' } : { found: true, deal: structuredClone(crm.deal) },
      readStageHistory: async () => crm.history,
      listChangedDeals: async () => ({ recordIds: crm.deal === undefined ? [] : [crm.deal.recordId] }),
      readPipelines: async () => [],
      findOwnerByEmail: async (email) => owners.find((owner) => owner.email === email),
      findOwnerById: async (id) => owners.find((owner) => owner.id === id),
      async writeStage(_recordId, to) {
        crm.stageWrites.push(to.stageId);
        if (crm.deal !== undefined) crm.deal = { ...crm.deal, stageId: to.stageId };
      },
      async writeFields(_recordId, fields) {
        Object.assign(crm.fields, fields);
      },
      findTasks: async (_recordId, effectKeys) =>
        crm.tasks
          .filter((task) => effectKeys.includes(task.effectKey))
          .map((task) => ({ ...task, createdAtMs: Number(task.id), touched: false, dueAtMs: task.dueAtMs })),
      async createTask(_recordId, task) {
        const id = String(crm.tasks.length + 1);
        crm.tasks.push({ ...task, id });
        return { id };
      },
      async deleteTask(taskId) {
        const at = crm.tasks.findIndex((task) => task.id === taskId);
        if (at >= 0) crm.tasks.splice(at, 1);
      },
      async attachFile(_recordId, file) {
        const known = crm.files.find((each) => each.effectKey === file.effectKey);
        if (known !== undefined) return { id: known.id, existed: true };
        const id = String(crm.files.length + 1);
        crm.files.push({ ...file, id });
        return { id, existed: false };
      },
      check: async () => ({ accountId: 'fake' }),
    },
  };
  return crm;
}
