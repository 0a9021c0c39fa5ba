import type { Contract } from '../../domain/contract.ts';
import { applyEnvelopeFacts, isTerminal } from '../../domain/contract-machine.ts';
import { createTracedStore } from '../../store/traced-store.ts';
import { connectionOf } from '../connections.ts';
import { publishContractChange } from '../contract/publish.ts';
import type { ESignParts } from '../parts.ts';

/** At most one read of the same envelope per 15 minutes (DocuSign "API rules and resource limits"; others are milder). */
const ENVELOPE_QUIET_MS = 15 * 60_000;
/** What moves a contract need not be news of its envelope: after this long it is read whatever else happened. */
const READ_ANYHOW_MS = 60 * 60_000;

/** True when nothing was heard of the contract's envelope for a while, and it was not read lately. */
export async function isReadDue(contract: Contract, parts: ESignParts): Promise<boolean> {
  if (contract.envelopeId === undefined || isTerminal(contract)) return false;
  const nowMs = parts.clock.nowMs();
  const mark = await parts.store.loadReadMark(contract.dealId, String(contract.n));
  const sinceReadMs = nowMs - (mark?.atMs ?? contract.createdAtMs);
  if (sinceReadMs < ENVELOPE_QUIET_MS) return false;
  return nowMs - contract.updatedAtMs >= ENVELOPE_QUIET_MS || sinceReadMs >= READ_ANYHOW_MS;
}

/** Reads the envelope at the provider and takes in what it says. The read is noted first: failed ones count too. */
export async function readEnvelope(contract: Contract, parts: ESignParts): Promise<void> {
  if (contract.envelopeId === undefined) return;
  const config = await parts.config();
  const esign = parts.esign(connectionOf(config, contract.connectionId));
  const nowMs = parts.clock.nowMs();
  await parts.store.putReadMark(contract.dealId, String(contract.n), { sinceMs: nowMs, atMs: nowMs });
  const facts = await esign.readEnvelope(contract.envelopeId);
  if (facts === undefined) return;
  const outcome = applyEnvelopeFacts(contract, facts, parts.clock.nowMs());
  if (outcome.outcome === 'refused') {
    const { dealId, n } = contract;
    parts.log('warn', 'reconcile.refused', { dealId, contractId: `${dealId}/${n}`, code: outcome.reason.code });
  }
  if (outcome.outcome !== 'moved') return;
  const traceId = parts.newId();
  const saved = await createTracedStore(parts.store, traceId, [contract]).saveContract(outcome.contract);
  // Somebody else was faster: then it is not lost, and the next read looks again.
  if (saved === 'conflict') return;
  const wants = isTerminal(saved) ? (['contract', 'plans', 'writes'] as const) : (['writes'] as const);
  await publishContractChange(saved, wants, `reconcile-${saved.version}`, traceId, parts);
}
