import { counted } from '../domain/wording.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { DeliveryLogEntry } from '../store/delivery-log.ts';
import type { QuarantineEntry } from '../store/quarantine.ts';
import type { DealTrace } from './trace-chain.ts';

/** What became of a delivery, in a sentence. */
export interface TraceOutcome {
  readonly code:
    | 'effects'
    | 'no-effect'
    | 'known'
    | 'read'
    | 'removed'
    | 'not-ours'
    | 'ignored'
    | 'quarantined'
    | 'comes-back'
    | 'nothing';
  readonly sentence: string;
  /** Why nothing followed: what was decided before it came, and was not decided anew. */
  readonly stands: readonly { readonly dealId: string; readonly sentence: string; readonly sinceMs: number }[];
}

interface Found {
  readonly delivery?: DeliveryLogEntry;
  readonly quarantined: readonly QuarantineEntry[];
  readonly reads?: readonly { readonly lastReadAtMs?: number }[];
  readonly deals?: readonly { readonly items: DealItems; readonly trace: DealTrace }[];
}

/** Says what became of a delivery. Pure: everything that it speaks of was found before. */
export function outcomeOf({ delivery, quarantined, reads = [], deals = [] }: Found): TraceOutcome {
  const open = quarantined.filter(({ resolvedAtMs }) => resolvedAtMs === undefined);
  if (delivery === undefined) return say('quarantined', `it is no delivery that can be read, and ${kept(open, 1)}`);
  const also = open.length === 0 ? '' : `; ${counted(open.length, 'part')} of it ${kept(open, open.length)}`;
  if (delivery.comesBack !== undefined) {
    const sentence = `not all of it is recorded yet (${delivery.comesBack}); it is tried again by itself`;
    return say('comes-back', sentence + also);
  }
  const steps = deals.flatMap(({ trace }) => trace.chain.steps);
  const facts = steps.filter(({ kind }) => kind === 'fact');
  if (facts.length > 0) {
    const brought = factsInWords(delivery, facts);
    const hasEffect = steps.some(({ kind }) => kind !== 'fact' && kind !== 'decision');
    if (hasEffect || deals.some(({ trace }) => trace.chain.follows.length > 0)) {
      return say('effects', `${brought}, and this followed${also}`);
    }
    const isLookedAt = facts.some(({ note = '' }) => note.startsWith('look at '));
    if (!isLookedAt) return say('no-effect', `${brought}, and nothing is owed for that${also}`);
    const stands = deals.flatMap(({ items }) => standingBefore(delivery.receivedAtMs, items));
    return { ...say('no-effect', `${brought}; the deal was looked at, and nothing had to be done${also}`), stands };
  }
  if (delivery.reads !== undefined) return say('read', readsInWords(delivery, reads) + also);
  if (delivery.signals === 0 && delivery.removals !== undefined) {
    const sentence = `${counted(delivery.removals, 'contact')} of the CRM had to be forgotten, which is done`;
    return say('removed', sentence + also);
  }
  if (delivery.dealIds.length > 0) return say('known', `it said nothing new: ${known(delivery.signals)}${also}`);
  if (open.length > 0) return say('quarantined', `nothing of it could be taken in: it ${kept(open, 1)}`);
  if (quarantined.length > 0)
    return say('nothing', 'it was in quarantine, and nothing of it was of use when it was replayed');
  if (delivery.signals > 0) {
    return say('not-ours', `${counted(delivery.signals, 'fact')}, about envelopes that this hub did not make`);
  }
  const kinds = Object.entries(delivery.ignored).map(([kind, count]) => `${count} ${kind}`);
  if (kinds.length > 0) return say('ignored', `nothing in it is about deals or contracts: ${kinds.join(', ')}`);
  return say('nothing', 'there was nothing in it');
}

function say(code: TraceOutcome['code'], sentence: string): TraceOutcome {
  return { code, sentence, stands: [] };
}

function kept(open: readonly QuarantineEntry[], count: number): string {
  const id = open[0]?.id ?? '<id>';
  return `${count === 1 ? 'is' : 'are'} in quarantine (once the cause is mended: npx stagepost replay ${id})`;
}

function known(count: number): string {
  return `${counted(count, 'fact')}, known already`;
}

/** Its own facts, and those that the hub read at the CRM because of it. */
function factsInWords({ deliveryId, signals }: DeliveryLogEntry, facts: readonly { readonly deliveryId?: string }[]) {
  const own = facts.filter((fact) => fact.deliveryId === deliveryId).length;
  const read = facts.length - own;
  const parts = [
    own === 0 ? '' : counted(own, 'fact'),
    signals > own ? known(signals - own) : '',
    read === 0 ? '' : `${counted(read, 'fact')} that the hub read at the CRM because of it`,
  ].filter((part) => part !== '');
  return `it brought ${parts.join(', and ')}`;
}

function standingBefore(atMs: number, { standing, deal }: DealItems): TraceOutcome['stands'] {
  return standing
    .filter((decision) => decision.atMs <= atMs && /^(?:contract\/for\/|plan\/|write$)/.test(decision.subject))
    .sort((a, b) => a.atMs - b.atMs)
    .map((decision) => ({ dealId: deal?.dealId ?? '', sentence: decision.reason.sentence, sinceMs: decision.atMs }));
}

function readsInWords({ reads = 0, toRead = [], receivedAtMs }: DeliveryLogEntry, found: Found['reads'] = []): string {
  if (toRead.some(({ recordId }) => recordId === '')) {
    return 'it only said that something has changed: the next catch-up compares everything since then';
  }
  const asked = `it only asked to have ${reads === 1 ? 'a record' : `${reads} records`} read`;
  if (found.length === 0) return `${asked}, and the log does not say which`;
  const done = found.filter(({ lastReadAtMs = 0 }) => lastReadAtMs >= receivedAtMs).length;
  if (done < found.length)
    return `${asked}; ${done === 0 ? 'that is not done yet' : `${done} of them were read since`}`;
  return `${asked}; that was done since, for it alone or for several hints at once, and brought nothing new under its trace`;
}
