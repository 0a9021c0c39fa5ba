import type { Contract } from '../../domain/contract.ts';
import { applyEnvelopeFacts, isTerminal } from '../../domain/contract-machine.ts';
import { currentEntry } from '../../domain/entries.ts';
import type { ConnectionPolicy } from '../../domain/policies.ts';
import { connectionOf } from '../connections.ts';
import { publishContractChange } from '../contract/publish.ts';
import type { WorkerParts } from '../parts.ts';
import { putThroughInbox, readRecord } from './refresh-deal.ts';

export type ReconcileJob = 'catch-up' | 'full-sweep';

export interface ReconcileReport {
  readonly job: ReconcileJob;
  readonly records: number;
  readonly healed: number;
  readonly envelopes: number;
}

/** Windows overlap, so that what a CRM shows late is not missed. */
const OVERLAP_MS = 15 * 60_000;
const FULL_SWEEP_MS = 30 * 86_400_000;
/** At most one read of the same envelope per 15 minutes (DocuSign "API rules and resource limits"; others are milder). */
const ENVELOPE_QUIET_MS = 15 * 60_000;
const DEALS_PER_STAGE = 500;

/**
 * Asks the CRMs and the e-sign providers what the webhooks failed to say. Everything found goes through the hub's own
 * door, so that a lost webhook and a late one end in the same place.
 */
export async function reconcile(job: ReconcileJob, parts: WorkerParts): Promise<ReconcileReport> {
  const config = await parts.config();
  let records = 0;
  let healed = 0;
  for (const connection of config.connections.filter((each) => each.role === 'crm')) {
    const result = await reconcileCrm(connection, job, parts);
    records += result.records;
    healed += result.healed;
  }
  const envelopes = await reconcileEnvelopes(parts);
  return { job, records, healed, envelopes };
}

async function reconcileCrm(connection: ConnectionPolicy, job: ReconcileJob, parts: WorkerParts) {
  const crm = parts.crm(connection);
  const nowMs = parts.clock.nowMs();
  const note = await parts.store.loadConnectionNote<{ untilMs: number }>(connection.id, 'watermark');
  const since = note?.data.untilMs ?? connection.effectsFromMs;
  const fromMs = job === 'full-sweep' ? nowMs - FULL_SWEEP_MS : Math.min(since, nowMs) - OVERLAP_MS;
  let cursor: string | undefined;
  let records = 0;
  let healed = 0;
  do {
    const page = await crm.listChangedDeals({ fromMs, untilMs: nowMs, ...(cursor === undefined ? {} : { cursor }) });
    for (const recordId of page.recordIds) {
      records += 1;
      if (await healRecord(connection.id, recordId, parts)) healed += 1;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  await parts.store.putConnectionNote(connection.id, 'watermark', { untilMs: nowMs });
  return { records, healed };
}

/** True when the CRM knew something that the hub did not. */
async function healRecord(connectionId: string, recordId: string, parts: WorkerParts): Promise<boolean> {
  const config = await parts.config();
  const crm = parts.crm(connectionOf(config, connectionId));
  const dealId = await parts.store.resolveAlias(connectionId, recordId);
  const deal = dealId === undefined ? undefined : await parts.store.loadDeal(dealId);
  const signals = await readRecord(crm, recordId, parts.clock.nowMs(), deal);
  const lane = deal?.lanes.find((each) => each.connectionId === connectionId && each.recordId === recordId);
  const known = new Set(lane?.transitions.map((transition) => transition.id));
  const missing = signals.filter((signal) => signal.kind === 'transition' && !known.has(signal.id));
  const observed = signals.find((signal) => signal.kind === 'observation');
  const entry = deal === undefined ? undefined : currentEntry(deal);
  const agrees = observed?.kind === 'observation' && entry?.stageId === observed.stageId;
  if (missing.length === 0 && agrees) return false;
  await putThroughInbox(connectionId, signals, 'reconcile', '-', parts);
  return true;
}

/** Contracts that are out for signature and of which nothing was heard for a while. */
async function reconcileEnvelopes(parts: WorkerParts): Promise<number> {
  const config = await parts.config();
  let read = 0;
  // The stage listing is a hint: a contract may be out while the deal is anywhere from procurement on, or went back.
  for (const deal of await parts.store.listDeals(undefined, DEALS_PER_STAGE)) {
    const { contracts } = await parts.store.loadDealItems(deal.dealId);
    for (const contract of contracts) {
      if (isTerminal(contract) || contract.envelopeId === undefined) continue;
      if (parts.clock.nowMs() - contract.updatedAtMs < ENVELOPE_QUIET_MS) continue;
      const esign = parts.esign(connectionOf(config, contract.connectionId));
      const facts = await esign.readEnvelope(contract.envelopeId);
      read += 1;
      if (facts !== undefined) await applyRead(contract, facts, parts);
    }
  }
  return read;
}

async function applyRead(
  contract: Contract,
  facts: Parameters<typeof applyEnvelopeFacts>[1],
  parts: WorkerParts,
): Promise<void> {
  const outcome = applyEnvelopeFacts(contract, facts, parts.clock.nowMs());
  if (outcome.outcome !== 'moved') return;
  const saved = await parts.store.saveContract(outcome.contract);
  // Somebody else was faster: then it is not lost, and the next pass looks again.
  if (saved === 'conflict') return;
  const wants = isTerminal(saved) ? (['contract', 'plans', 'writes'] as const) : (['writes'] as const);
  await publishContractChange(saved, wants, `reconcile-${saved.version}`, '-', parts);
}
