import type { Contract, Reason } from '../domain/contract.ts';
import { applyEnvelopeSignal, isTerminal } from '../domain/contract-machine.ts';
import { HubError } from '../domain/errors.ts';
import type { Want } from '../domain/events.ts';
import type { EnvelopeSignal } from '../domain/signals.ts';
import { announcementOf } from './contract/announce.ts';
import { publishContractChange } from './contract/publish.ts';
import { decide } from './decisions.ts';
import type { CoreParts } from './parts.ts';
import type { Origin } from './record-signal.ts';

const SAVE_ATTEMPTS = 12;
/** An envelope that names a contract we do not have is asked about again this often before it goes to quarantine. */
export const UNKNOWN_CONTRACT_TRIES = 5;

/** `dealId/n`; undefined when it is not of that form. */
export function parseContractRef(ref: string): { dealId: string; n: number } | undefined {
  const match = /^(.+)\/([1-9]\d{0,5})$/.exec(ref);
  return match?.[1] === undefined ? undefined : { dealId: match[1], n: Number(match[2]) };
}

/**
 * Takes what happened to an envelope into its contract: (a) the contract, (b) the event, (c) the done-marker.
 * Returns undefined for envelopes that are not ours. HubError: `contract.unknown` (retried, then quarantine).
 */
export async function recordEnvelopeSignal(
  signal: EnvelopeSignal,
  origin: Origin,
  tries: number,
  parts: CoreParts,
): Promise<string | undefined> {
  if (signal.contractRef === undefined) return undefined;
  const ref = parseContractRef(signal.contractRef);
  if (ref === undefined) {
    throw new HubError('contract.ref-malformed', `"${signal.contractRef}" is not of the form deal/number`, {
      retry: 'never',
    });
  }
  const { contract, before, effect } = await saveIntoContract(ref, signal, tries, parts);
  // Told before, applied, published and marked: nothing is left to do for it.
  if (before === contract && (await parts.store.hasSignal(ref.dealId, signal.id))) return ref.dealId;
  const wants = wantsOf(before, contract);
  if (wants.length > 0) await publishContractChange(contract, wants, `${signal.id}`, origin.traceId, parts);
  const config = await parts.config();
  await parts.store.putSignal({
    v: 1,
    dealId: ref.dealId,
    signal,
    deliveryId: origin.deliveryId,
    configVersion: config.version,
    receivedAtMs: origin.receivedAtMs,
    effect,
  });
  return ref.dealId;
}

/**
 * A recipient's step moves nobody; a new state or hold is told; an end may start plans or a new contract.
 * What is known already is published again: the process may have died between saving and publishing.
 */
function wantsOf(before: Contract, after: Contract): readonly Want[] {
  if (before !== after && announcementOf(before) === announcementOf(after)) return [];
  return isTerminal(after) ? ['contract', 'plans', 'writes'] : ['writes'];
}

async function saveIntoContract(
  ref: { dealId: string; n: number },
  signal: EnvelopeSignal,
  tries: number,
  parts: CoreParts,
): Promise<{ contract: Contract; before: Contract; effect: string }> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const contract = await parts.store.loadContract(ref.dealId, ref.n);
    if (contract === undefined) throw unknownContract(signal, tries);
    if (contract.connectionId !== signal.connectionId) {
      throw new HubError(
        'contract.other-connection',
        `the envelope came through ${signal.connectionId}, but the contract belongs to ${contract.connectionId}`,
        { retry: 'never' },
      );
    }
    const outcome = applyEnvelopeSignal(contract, signal, parts.clock.nowMs());
    if (outcome.outcome === 'stale') return { contract, before: contract, effect: 'already known' };
    if (outcome.outcome === 'refused') {
      await tellRefused(contract, signal, outcome.reason, parts);
      return { contract, before: contract, effect: `refused: ${outcome.reason.sentence}` };
    }
    // Said below, and said again until it is: the message does not go before that.
    const announced = announcementOf(outcome.contract);
    const saved = await parts.store.saveContract({ ...outcome.contract, announced });
    if (saved !== 'conflict')
      return { contract: saved, before: contract, effect: `contract ${saved.n} ${saved.state}` };
  }
  throw new HubError('store.contended', `contract ${signal.contractRef} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
  });
}

/** Events that say nothing of an envelope that may be signed: a replaced draft that came and went. */
const HARMLESS: ReadonlySet<EnvelopeSignal['event']> = new Set(['created', 'deleted', 'voided']);

/** What cannot be ours or cannot be true must reach a person: somebody may be signing the wrong paper. */
async function tellRefused(
  contract: Contract,
  signal: EnvelopeSignal,
  reason: Reason,
  parts: CoreParts,
): Promise<void> {
  if (HARMLESS.has(signal.event)) return;
  const remedy = 'compare the envelope with the contract at the provider, and void there what nobody wants';
  await decide(contract.dealId, `contract/for/envelope-${signal.envelopeId}`, reason, parts, remedy);
}

function unknownContract(signal: EnvelopeSignal, tries: number): HubError {
  const sentence = `envelope ${signal.envelopeId} names contract "${signal.contractRef}", which is not in this hub`;
  return tries < UNKNOWN_CONTRACT_TRIES
    ? new HubError('contract.unknown', `${sentence}; asked again`, { retry: { afterMs: 5000 } })
    : new HubError('contract.unknown', `${sentence}; another hub may use the same e-sign account`, { retry: 'never' });
}
