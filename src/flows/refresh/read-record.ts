import type { CrmPort, ReadDealResult } from '../../crm/crm-port.ts';
import type { Deal, Lane } from '../../domain/deal.ts';
import type { DealFacts } from '../../domain/deal-facts.ts';
import { laneOf } from '../../domain/lanes.ts';
import type { RecordLifecycle, RecordLink, Signal, StageObservation, StageTransition } from '../../domain/signals.ts';
import type { CrmParts } from '../parts.ts';
import { linkedRecord, linkSignal } from '../twins/link-signal.ts';

/**
 * What the CRM says of one record, as signals: the stage history as transitions (with the ids that webhooks give them),
 * the present stage and details as an observation, and that it went or came back where the record says otherwise.
 * A record that the CRM knows nothing of says nothing: that is no deletion.
 */
export async function readRecord(
  crm: CrmPort,
  recordId: string,
  deal: Deal | undefined,
  parts: Pick<CrmParts, 'clock' | 'log' | 'config' | 'crm' | 'store'>,
): Promise<readonly Signal[]> {
  const { connectionId } = crm;
  // Taken before the read: what happens while it is under way is later than what it shows.
  const nowMs = parts.clock.nowMs();
  const lane = deal === undefined ? undefined : laneOf(deal, connectionId, recordId);
  const result = await crm.readDeal(recordId, []);
  if (!result.found) {
    if (result.why === 'unknown') {
      const about = deal === undefined ? {} : { dealId: deal.dealId };
      parts.log('warn', 'record.not-found', { connectionId, key: recordId, ...about });
      return [];
    }
    return deal === undefined ? [] : goneSignals(result, { connectionId, recordId, lane, nowMs });
  }
  const history = await crm.readStageHistory(recordId);
  return [
    ...(await mergeSignals(result.deal, { connectionId, recordId, lane, nowMs }, parts)),
    ...backSignals(deal, { connectionId, recordId, lane, nowMs }),
    ...withPipeline(history, result.deal),
    observationOf(result.deal, { connectionId, recordId, lane, nowMs }),
    ...(await linkSignals(result.deal, { connectionId, recordId, lane, nowMs }, parts)),
  ];
}

/** What went into this record, where nobody has told of it: whoever decides for the one has to know of the other. */
async function mergeSignals(
  { mergedRecordIds }: Pick<DealFacts, 'mergedRecordIds'>,
  { connectionId, recordId: intoRecordId, nowMs }: Looked,
  { store }: Pick<CrmParts, 'store'>,
): Promise<readonly RecordLifecycle[]> {
  const signals: RecordLifecycle[] = [];
  for (const recordId of mergedRecordIds) {
    const dealId = await store.resolveAlias(connectionId, recordId);
    const gone = dealId === undefined ? undefined : await store.loadDeal(dealId);
    const lane = gone === undefined ? undefined : laneOf(gone, connectionId, recordId);
    if (gone === undefined || lane?.lifecycle.some(({ what }) => what === 'merged') === true) continue;
    signals.push({ ...lifecycleOf('merged', lastWord(lane), { connectionId, recordId, lane, nowMs }), intoRecordId });
  }
  return signals;
}

interface Looked {
  readonly connectionId: string;
  readonly recordId: string;
  readonly lane: Lane | undefined;
  readonly nowMs: number;
}

/** A history that names no pipelines tells of older ones too: the present one is that of the present stage alone. */
function withPipeline(
  history: readonly StageTransition[],
  { stageId, pipelineId }: Pick<DealFacts, 'stageId' | 'pipelineId'>,
): readonly StageTransition[] {
  const last = history.at(-1);
  if (last === undefined || last.stageId !== stageId || last.pipelineId !== undefined) return history;
  return [...history.slice(0, -1), { ...last, pipelineId }];
}

function observationOf(facts: DealFacts, { connectionId, recordId, nowMs }: Looked): StageObservation {
  const { name, amount, currency, url, stageId, pipelineId } = facts;
  return {
    v: 1,
    kind: 'observation',
    id: `o/${connectionId}/${recordId}/${nowMs}`,
    connectionId,
    recordId,
    stageId,
    pipelineId,
    observedAtMs: nowMs,
    details: {
      name,
      ...(amount === undefined ? {} : { amount }),
      ...(currency === undefined ? {} : { currency }),
      ...(url === undefined ? {} : { url }),
    },
  };
}

/** The same deal's record in the CRM that this one is synced with. */
async function linkSignals(
  facts: DealFacts,
  { connectionId, recordId, nowMs }: Looked,
  parts: Pick<CrmParts, 'config' | 'crm'>,
): Promise<readonly RecordLink[]> {
  const to = linkedRecord(connectionId, facts, await parts.config(), parts);
  return to === undefined ? [] : [linkSignal({ connectionId, recordId }, to, nowMs)];
}

type LastWord = Lane['lifecycle'][number];

function lastWord(lane: Lane | undefined): LastWord | undefined {
  return lane?.lifecycle.filter((each) => each.what !== 'created').at(-1);
}

function isGone(word: LastWord | undefined): boolean {
  return word !== undefined && word.what !== 'restored';
}

/** Nothing when the record is known to be gone, except that it is news into which record it went. */
function goneSignals(
  { why, intoRecordId }: Extract<ReadDealResult, { found: false }>,
  looked: Looked,
): readonly RecordLifecycle[] {
  const last = lastWord(looked.lane);
  if (why === 'merged' && intoRecordId !== undefined) {
    const isKnown = looked.lane?.lifecycle.some((each) => each.what === 'merged' && each.intoRecordId === intoRecordId);
    return isKnown === true ? [] : [{ ...lifecycleOf('merged', last, looked), intoRecordId }];
  }
  return isGone(last) ? [] : [lifecycleOf(why === 'merged' ? 'merged' : 'deleted', last, looked)];
}

/** A deal that was merged into another one stays there. */
function backSignals(deal: Deal | undefined, looked: Looked): readonly RecordLifecycle[] {
  const last = lastWord(looked.lane);
  if (deal === undefined || deal.mergedInto !== undefined || !isGone(last)) return [];
  return [lifecycleOf('restored', last, looked)];
}

/**
 * The CRM does not say when it happened. The id hangs on the word before: two reads of the same change are one signal,
 * a second deletion is another one. It comes after the word before, whatever the clocks say.
 */
function lifecycleOf(
  what: RecordLifecycle['what'],
  before: LastWord | undefined,
  { connectionId, recordId, nowMs }: Looked,
): RecordLifecycle {
  return {
    v: 1,
    kind: 'lifecycle',
    id: `l/${connectionId}/${recordId}/${what}/read-after-${before?.atMs ?? 0}`,
    connectionId,
    recordId,
    what,
    atMs: Math.max(nowMs, (before?.atMs ?? 0) + 1),
  };
}
