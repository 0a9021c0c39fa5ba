import { newContract } from '../../domain/contract-machine.ts';
import type { ContractObligation } from '../../domain/contract-obligations.ts';
import { currentEntry, entriesOfDeal } from '../../domain/entries.ts';
import { HubError, isHubError } from '../../domain/errors.ts';
import { effectiveMode } from '../../domain/mode.ts';
import { decide } from '../decisions.ts';
import { holdDecision } from '../hold-decision.ts';
import type { WorkerParts } from '../parts.ts';
import { saysThatItWaits } from '../plans/tell-what-is-final.ts';
import { noteNamed } from '../privacy/removed-contacts.ts';
import { claimDeal } from '../twins/claim-deal.ts';
import { contractElsewhere } from '../twins/elsewhere.ts';
import { tellOfMergedFollowers } from '../twins/merged-followers.ts';
import { tellOfPredecessors } from '../twins/predecessors.ts';
import { waitsUntil } from '../twins/waits-until.ts';
import { advanceContract } from './advance-contract.ts';
import { announceContracts } from './announce.ts';
import { cancelContract } from './cancel-contract.ts';
import { type ContractView, isOut, viewContracts } from './contract-view.ts';
import { describeInputs } from './describe-inputs.ts';
import { modeBlock } from './mode-block.ts';

/** Void, create, draft, send, and once more to see that nothing is left: more rounds mean that something is wrong. */
const ROUNDS = 8;

/** What is said of all work on contracts, not of one of them: that it is impossible, or that it waits. */
const WORKER = 'contract/for/worker';
const WAITS = 'contract/waits';

/** Holds that end by themselves, once the CRM shows everywhere what it already showed somewhere. */
const MENDS_ITSELF: ReadonlySet<string> = new Set(['stage.moved-on', 'stage.disputed', 'twin.link-unrecorded']);
/** Holds that say nothing any more once the deal has gone on. */
const PASSES: ReadonlySet<string> = new Set([...MENDS_ITSELF, 'twin.waits-for-link', 'twin.leading-unread']);
const LOOK_AGAIN_MS = 10_000;
/** What has not mended itself by then is looked at by reconcile, ever more rarely. */
const MENDS_WITHIN_MS = 3_600_000;

/**
 * Makes the world agree with what the deal owes in contracts: level-triggered, so that duplicates, reorder and replays
 * of the wake-up end in the same place. Throws retryable HubErrors when it has to be called again.
 */
export async function ensureContract(dealId: string, traceId: string, parts: WorkerParts): Promise<void> {
  try {
    await settleContracts(dealId, traceId, parts);
  } catch (error) {
    if (isHubError(error) && saysThatItWaits(error)) {
      const reason = { code: error.code, sentence: `work on contracts waits: ${error.message}` };
      await decide(dealId, WAITS, reason, parts);
    }
    if (!isHubError(error) || error.retry !== 'never') throw error;
    // Nobody has to find this in a dead-letter queue: it stands on the deal until it is mended, and is looked at again.
    const reason = { code: error.code, sentence: `no work on contracts is possible: ${error.message}` };
    const remedy = 'mend the cause, then `npx stagepost retry` the deal';
    await holdDecision(dealId, { subject: WORKER, reason, remedy }, traceId, parts);
  }
  await announceContracts(dealId, traceId, parts);
}

async function settleContracts(dealId: string, traceId: string, parts: WorkerParts): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const view = await viewContracts(dealId, parts);
    if (view === undefined) {
      parts.log('warn', 'deal.unknown', { dealId, traceId });
      return;
    }
    if (round === 0) await closeWaitingForEntries(view, parts);
    if (round === 0) await closeWhatMended(view, parts);
    if (round === 0) await tellOfMergedFollowers(view.deal, traceId, parts);
    if (round === 0) await tellOfPredecessors(view, traceId, parts);
    let acted = false;
    for (const obligation of view.obligations) {
      acted = await close(obligation, view, traceId, parts);
      if (acted) break;
    }
    if (!acted) {
      await closeWhatIsOver(view, parts);
      return;
    }
  }
  throw new HubError('contract.does-not-settle', `deal ${dealId}: contract work does not come to rest`, {
    retry: { afterMs: 60_000 },
    context: { dealId },
  });
}

/** What waited for the first stage of the deal has no stage for its subject, so nothing else would take it away. */
async function closeWaitingForEntries({ deal, standing }: ContractView, parts: WorkerParts): Promise<void> {
  const waits = standing.find(({ subject, remedy }) => subject === 'contract/for/none' && remedy !== undefined);
  if (waits === undefined || currentEntry(deal) === undefined) return;
  const reason = { code: 'deal.read', sentence: 'the stage of the deal is known now' };
  await decide(deal.dealId, waits.subject, reason, parts);
}

/** What was held for an entry or for all work, and is not any more: nobody else would take it from the timeline. */
async function closeWhatIsOver({ deal, obligations, standing }: ContractView, parts: WorkerParts): Promise<void> {
  if (standing.some(({ subject, reason }) => subject === WAITS && reason.code !== 'crm.answers')) {
    await decide(deal.dealId, WAITS, { code: 'crm.answers', sentence: 'work on contracts goes on' }, parts);
  }
  const held = new Set(obligations.map(({ subject }) => subject));
  const ofEntries = entriesOfDeal(deal).flatMap(({ transitionIds }) => transitionIds.map((id) => `contract/for/${id}`));
  for (const subject of [WORKER, ...ofEntries]) {
    const waits = standing.some((decision) => decision.subject === subject && decision.remedy !== undefined);
    if (!waits || held.has(subject)) continue;
    const reason = { code: 'contract.hold-over', sentence: 'what this waited for is over or mended' };
    await decide(deal.dealId, subject, reason, parts);
  }
}

/**
 * What mends itself and was said of a visit that is over, or of a contract that goes on, would stand for a week: nothing
 * else is ever said of the same subject.
 */
async function closeWhatMended({ deal, standing, obligations }: ContractView, parts: WorkerParts): Promise<void> {
  const held = new Set(obligations.flatMap((each) => (each.do === 'hold' ? [each.subject] : [])));
  for (const { subject, reason, remedy } of standing) {
    if (remedy === undefined || held.has(subject) || !subject.startsWith('contract/') || !PASSES.has(reason.code))
      continue;
    await decide(deal.dealId, subject, { code: 'hold.mended', sentence: 'what it waited for is over' }, parts);
  }
}

/** Closes one difference; true when it changed something, so that everything has to be looked at again. */
async function close(
  obligation: ContractObligation,
  view: ContractView,
  traceId: string,
  parts: WorkerParts,
): Promise<boolean> {
  const { dealId } = view.deal;
  switch (obligation.do) {
    case 'nothing':
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return false;
    case 'hold':
      await holdDecision(dealId, obligation, traceId, parts);
      await announceContracts(dealId, traceId, parts);
      if (obligation.untilMs !== undefined)
        throw waitsUntil(dealId, obligation.untilMs, obligation.reason.sentence, parts);
      if (await mendsItself(dealId, obligation, parts)) throw looksAgain(dealId, obligation.reason.sentence);
      return false;
    case 'create':
      return create(obligation, view, traceId, parts);
    case 'advance':
      if (await isBlockedByMode(obligation, view, traceId, parts)) return false;
      // The deal was deleted, lost or back for a while, and the contract was kept: that is no longer why it is out.
      if (view.standing.some(({ subject, reason }) => subject === obligation.subject && reason.code.endsWith('.kept')))
        await decide(dealId, obligation.subject, obligation.reason, parts);
      return advanceContract(obligation.n, view, traceId, parts);
    case 'void':
      if (await isBlockedByMode(obligation, view, traceId, parts)) return false;
      await decide(dealId, obligation.subject, obligation.reason, parts);
      return cancelContract(obligation.n, view, parts);
  }
}

/** What is out for signature goes on by itself in any mode; everything that we would do is asked about. */
async function isBlockedByMode(
  { n, do: what }: Extract<ContractObligation, { do: 'advance' | 'void' }>,
  view: ContractView,
  traceId: string,
  parts: WorkerParts,
): Promise<boolean> {
  const contract = view.contracts.find((each) => each.n === n);
  if (contract === undefined || (what === 'advance' && isOut(contract))) return false;
  const block = modeBlock(view, contract);
  if (block === undefined) return false;
  const { remedy, ...reason } = block;
  await holdDecision(view.deal.dealId, { subject: `contract/for/mode-${n}`, reason, remedy }, traceId, parts);
  return true;
}

async function mendsItself(
  dealId: string,
  { subject, reason }: Extract<ContractObligation, { do: 'hold' }>,
  parts: WorkerParts,
): Promise<boolean> {
  if (!MENDS_ITSELF.has(reason.code)) return false;
  const { standing } = await parts.store.loadDealItems(dealId);
  const sinceMs = standing.find((decision) => decision.subject === subject)?.atMs ?? parts.clock.nowMs();
  return parts.clock.nowMs() - sinceMs < MENDS_WITHIN_MS;
}

function looksAgain(dealId: string, sentence: string): HubError {
  return new HubError('contract.looks-again', `deal ${dealId}: ${sentence}`, {
    retry: { afterMs: LOOK_AGAIN_MS },
    context: { dealId },
  });
}

async function create(
  obligation: Extract<ContractObligation, { do: 'create' }>,
  view: ContractView,
  traceId: string,
  parts: WorkerParts,
): Promise<boolean> {
  const { deal, config } = view;
  const { policy, n, forEntry, reason, subject } = obligation;
  const mode = effectiveMode(config, deal, policy.esignConnectionId);
  if (mode === 'observe') {
    const sentence = `would create contract ${n}: ${describeInputs(policy, view, mode)}; nothing is sent in mode observe (${reason.sentence})`;
    await noteNamed(deal.dealId, deal.leading.connectionId, view.facts, [sentence], parts);
    await decide(deal.dealId, subject, { code: 'mode.observe', sentence, facts: { n, policy: policy.name } }, parts);
    return false;
  }
  const others = await claimDeal({ ...view, traceId }, parts);
  const elsewhere = contractElsewhere(others, deal, config);
  if (elsewhere !== undefined) {
    await holdDecision(deal.dealId, { subject, ...elsewhere }, traceId, parts);
    return false;
  }
  await decide(deal.dealId, subject, reason, parts);
  const nowMs = parts.clock.nowMs();
  // Only the first writer wins; whoever loses sees the winner's contract in the next round.
  await parts.store.createContract(newContract({ deal, n, forEntry, policy, config, mode, nowMs, reason }));
  return true;
}
