import type { Contract } from '../../domain/contract.ts';
import { isApproved, isLive, isTerminal } from '../../domain/contract-machine.ts';
import type { WorkerParts } from '../parts.ts';
import { claimDeal } from '../twins/claim-deal.ts';
import { contractElsewhere } from '../twins/elsewhere.ts';
import { applyFacts, move, rememberUnknown, settled, waitUntilSettled } from './contract-lease.ts';
import type { ContractStepParts } from './contract-step.ts';
import { type ContractView, viewContracts } from './contract-view.ts';
import { freshInputs, hashInputs, redraftContract } from './draft-contract.ts';
import { holdContract, releaseContract } from './hold-contract.ts';
import { modeBlock } from './mode-block.ts';

const DAY_MS = 86_400_000;

/**
 * Second step: sends *that* draft. Before it, deal and CRM are read once more; if they now say something else,
 * nothing is sent. The intent `sending` is saved first; sending a sent envelope is read back as success.
 */
export async function sendContract(step: ContractStepParts, dealId: string, parts: WorkerParts): Promise<void> {
  const { held, esign } = step;
  if (held.current().state === 'sending') {
    waitUntilSettled(held.current(), parts);
    if (!(await maySendStill(step, dealId, parts))) return;
  } else if (!isReadyToSend(held.current()) || !(await lastLook(step, dealId, parts))) return;
  const { envelopeId, state } = held.current();
  if (state !== 'sending' || envelopeId === undefined) return;
  try {
    await esign.sendDraft(envelopeId);
  } catch (error) {
    await rememberUnknown(held, error, esign, parts);
  }
  const contract = await held.update((current) =>
    current.unknownUntilMs === undefined ? undefined : settled(current),
  );
  if (!isTerminal(contract)) await move(held, { kind: 'sent', sentAtMs: parts.clock.nowMs() }, parts);
  parts.log('info', 'contract.sent', { dealId, contractId: `${contract.n}`, traceId: step.traceId });
}

/** A draft that nobody has to approve, or that somebody has. */
export function isReadyToSend(contract: Contract): boolean {
  return contract.state === 'drafted' || (contract.state === 'awaiting-approval' && isApproved(contract));
}

/** Everything is read once more; true when the intent to send is written. */
async function lastLook(step: ContractStepParts, dealId: string, parts: WorkerParts): Promise<boolean> {
  const { held, policy } = step;
  const view = await viewContracts(dealId, parts);
  if (view === undefined || !stillOwed(view, held.current().n)) return false;
  const elsewhere = await outElsewhere(step, view, parts);
  if (elsewhere !== undefined) {
    const { code, sentence } = elsewhere.reason;
    await holdContract(held, { code, sentence, remedy: elsewhere.remedy }, parts);
    return false;
  }
  const fresh = freshInputs(step, view);
  if (!fresh.ok || hashInputs(fresh.inputs) !== held.current().inputsHash) {
    // The draft says what the CRM said when it was made. It is made anew, and approved anew.
    await redraftContract(step, view, parts);
    return false;
  }
  await releaseContract(held, parts);
  if (policy.approval === 'hub' && !isApproved(held.current())) {
    await move(held, { kind: 'await-approval' }, parts);
    return false;
  }
  const { stageId, pipelineId } = view.facts ?? { stageId: '', pipelineId: '' };
  const expiresAtMs = parts.clock.nowMs() + policy.expiresAfterDays * DAY_MS;
  await move(held, { kind: 'sending', stageWhenSent: { stageId, pipelineId }, expiresAtMs }, parts);
  return true;
}

/**
 * The intent to send is on record, but the sending was put off (a limit, a restart), and the world may have moved on.
 * What is already out is only read back. What is still a draft is sent if it is still owed and still says the truth;
 * a draft that does not any more is removed, and the contract ends unsent: the next look makes another one.
 */
async function maySendStill(step: ContractStepParts, dealId: string, parts: WorkerParts): Promise<boolean> {
  const { held, esign } = step;
  const { envelopeId, n } = held.current();
  if (envelopeId === undefined) return false;
  const facts = await esign.readEnvelope(envelopeId);
  if (facts !== undefined && facts.status !== 'created') {
    await applyFacts(held, facts, parts);
    return false;
  }
  const view = await viewContracts(dealId, parts);
  if (view === undefined || !stillOwed(view, n)) return false;
  const fresh = freshInputs(step, view);
  const elsewhere = await outElsewhere(step, view, parts);
  const isTrue = fresh.ok && hashInputs(fresh.inputs) === held.current().inputsHash;
  if (facts !== undefined && isTrue && elsewhere === undefined) return true;
  if (facts !== undefined) await esign.discardDraft(envelopeId);
  const why = facts === undefined ? 'its draft is gone at the provider' : 'the deal changed before it could be sent';
  await move(held, { kind: 'discarded', note: `${why}; another contract follows` }, parts);
  return false;
}

/** Another deal turned out to be the same one since this contract was created, and somebody may read that one's. */
async function outElsewhere({ traceId }: ContractStepParts, view: ContractView, parts: WorkerParts) {
  const others = await claimDeal({ ...view, traceId }, parts);
  const out = others.map(({ contracts, ...other }) => ({
    ...other,
    contracts: contracts.filter((each) => isLive(each) || each.state === 'completed'),
  }));
  return contractElsewhere(out, view.deal, view.config);
}

function stillOwed(view: ContractView, n: number): boolean {
  const contract = view.contracts.find((each) => each.n === n);
  if (contract === undefined || modeBlock(view, contract) !== undefined) return false;
  return view.obligations.some((obligation) => obligation.do === 'advance' && obligation.n === n);
}
