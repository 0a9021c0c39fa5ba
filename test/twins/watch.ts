import type { Deal } from '../../src/domain/deal.ts';
import type { Decision } from '../../src/domain/plan.ts';
import type { Deed } from './chronicle.ts';
import type { Kinship, Tie } from './kinship.ts';
import type { CrmRecord } from './record-crm.ts';
import type { Scenario } from './scenario.ts';
import { FOLLOW, LEAD, MINUTE_MS, SECOND_MS, type TwinWorld } from './twin-world.ts';

const STANDS: ReadonlySet<string> = new Set(['sent', 'delivered', 'completed']);
const PLANNED = /^(?:Kick off|Train|Agree on) /;
const STAGES = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9'];
/** What was decided just before people could see it may still be under way: for so long at most. */
const UNDER_WAY_MS = { troubled: 2 * MINUTE_MS, interleaved: 30 * SECOND_MS, calm: 15 * SECOND_MS } as const;
/** From the last look at everything to the sending, where others may come in between. */
const LAST_LOOK_MS = 20 * SECOND_MS;
/** A deal that went into another one is looked at within this time, if nothing fails. */
const LOOKED_AT_MS = 90 * SECOND_MS;
/** Reconcile looks every five minutes; a merge of which nobody told is seen by then. */
const MERGE_SEEN_MS = 12 * MINUTE_MS;

/** What must never be at any moment, in sentences. Cheap to ask after every step. */
export interface Watch {
  look(): void;
  readonly wrong: ReadonlySet<string>;
  /** Two that are both right, because they left before anybody could know. */
  readonly doubles: ReadonlySet<string>;
}

export interface Standing {
  readonly envelopeId: string;
  readonly dealId: string;
  /** The record that led the deal when it was sent. */
  readonly record: string;
  readonly sentAtMs: number;
  readonly isSigned: boolean;
}

/** Envelopes that somebody may sign or has signed. */
export function standing({ esign, deeds }: TwinWorld): readonly Standing[] {
  return esign.envelopes
    .filter(({ status }) => STANDS.has(status))
    .map(({ envelopeId, status }) => {
      const sent = deeds.find((deed) => deed.what === 'sent' && deed.envelopeId === envelopeId);
      return {
        ...{
          envelopeId,
          dealId: sent?.dealId ?? '',
          record: sent?.deal?.leading.recordId ?? '',
          sentAtMs: sent?.atMs ?? 0,
        },
        isSigned: status === 'completed',
      };
    });
}

export function allRecords({ lead, follow }: TwinWorld): readonly CrmRecord[] {
  return [...lead.records.values(), ...follow.records.values()];
}

export function plannedTasks(world: TwinWorld) {
  return allRecords(world).flatMap(({ tasks }) => tasks.filter(({ title }) => PLANNED.test(title)));
}

export function eachPair<T>(all: readonly T[], judge: (a: T, b: T) => void): void {
  for (const [at, a] of all.entries()) for (const b of all.slice(at + 1)) judge(a, b);
}

export function isBack(stageId: string): boolean {
  return stageId === 's10' || (STAGES.includes(stageId) && STAGES.indexOf(stageId) < STAGES.indexOf('s6'));
}

/** Since when two records are one deal; never, when nothing makes them one. */
function sinceMs(ties: readonly Tie[] | undefined): number {
  return ties === undefined ? Number.POSITIVE_INFINITY : Math.max(...ties.map(({ atMs }) => atMs));
}

export function createWatch(world: TwinWorld, kinship: Kinship, scenario: Scenario, interleaved: boolean): Watch {
  const { indexLagMs, faults, graceMs, plot } = scenario;
  const isTroubled = faults.fails > 0 || faults.dies > 0;
  const underWayMs = UNDER_WAY_MS[isTroubled ? 'troubled' : interleaved ? 'interleaved' : 'calm'];
  const lastLookMs = interleaved ? LAST_LOOK_MS : 0;
  const wrong = new Set<string>();
  const doubles = new Set<string>();
  let seen = '';
  let deedsSeen = 0;

  /**
   * The later of two of the same kind is right only if it left before anybody could know of the earlier one. A contract
   * is looked at right before it is sent, with everything that the hub has recorded by then.
   */
  function judgePair(
    what: 'contracts' | 'tasks',
    a: { record: string; atMs: number },
    b: { record: string; atMs: number },
  ): void {
    const [, later] = a.atMs <= b.atMs ? [a, b] : [b, a];
    if (a.record === b.record) {
      wrong.add(`two ${what} in the name of ${a.record}`);
      return;
    }
    const ties = kinship.between(a.record, b.record);
    if (ties === undefined) return;
    // Whoever is to know that the two are one has to know of every tie between them.
    const untilMs = Math.max(
      ...ties.map(({ kind, atMs }) => atMs + (kind === 'merge' ? MERGE_SEEN_MS : underWayMs + indexLagMs)),
    );
    const knownMs = what === 'contracts' ? world.togetherSinceMs(a.record, b.record) : undefined;
    const isKnown = knownMs !== undefined && later.atMs > knownMs + lastLookMs;
    const names = `${what} in the names of ${[a.record, b.record].sort().join(' and ')}`;
    if (later.atMs <= untilMs && !isKnown && plot !== 'plain') doubles.add(names);
    else
      wrong.add(
        `two ${names}, the later one ${Math.round((later.atMs - sinceMs(ties)) / MINUTE_MS)} min after they were one deal (${ties.map(({ kind }) => kind).join(', ')})`,
      );
  }

  function look(): void {
    const envelopes = world.esign.envelopes.map(({ status }) => status).join();
    const tasks = plannedTasks(world);
    const now = `${envelopes} ${tasks.length}`;
    if (now !== seen) {
      seen = now;
      eachPair(standing(world), (a, b) =>
        judgePair('contracts', { record: a.record, atMs: a.sentAtMs }, { record: b.record, atMs: b.sentAtMs }),
      );
      eachPair(tasks, (a, b) => {
        if (a.title !== b.title) return;
        judgePair('tasks', { record: a.bornOn, atMs: a.createdAtMs }, { record: b.bornOn, atMs: b.createdAtMs });
      });
    }
    for (const deed of world.deeds.slice(deedsSeen)) (deed.what === 'voided' ? judgeVoid : judgeSent)(deed);
    deedsSeen = world.deeds.length;
    if (!isTroubled && !interleaved) judgeDrafts();
  }

  function judgeSent(deed: Deed): void {
    const { deal, atMs } = deed;
    if (deal === undefined) return;
    judgeStage(deal, atMs);
    if (new Set(deal.lanes.map((lane) => lane.connectionId)).size === 1) judgeAlone(deal, atMs);
  }

  /** Nothing is sent for a record that was gone, lost or back when it was read for the last time. */
  function judgeStage({ dealId, leading: { connectionId, recordId } }: Deal, atMs: number): void {
    const record = (connectionId === FOLLOW ? world.follow : world.lead).records.get(recordId);
    if (record === undefined || record.mergedInto !== undefined) return;
    const untilMs = atMs - lastLookMs;
    if (record.isDeleted && (record.deletedAtMs ?? 0) <= untilMs) {
      wrong.add(`a contract of ${dealId}, although ${recordId} was deleted`);
    }
    const last = record.history.filter((row) => row.atMs <= atMs).at(-1);
    if (last !== undefined && isBack(last.stageId) && last.atMs <= untilMs) {
      wrong.add(`a contract of ${dealId}, although ${recordId} was in ${last.stageId}`);
    }
  }

  /** Who has no twin that anybody knows of asks for one, and waits for one: the follower always, the other one where it was born. */
  function judgeAlone({ dealId, leading: { connectionId, recordId } }: Deal, atMs: number): void {
    const { records } = connectionId === FOLLOW ? world.follow : world.lead;
    const linkedAtMs = world.follow.records.get(recordId)?.linked?.atMs ?? atMs;
    if (atMs - linkedAtMs > lastLookMs) wrong.add(`a contract of ${dealId}, whose record names its twin`);
    for (const { id, linked, isDeleted, mergedInto } of world.follow.records.values()) {
      const isShown = !isDeleted && mergedInto === undefined && kinship.between(id, recordId) !== undefined;
      // A link that would join two opportunities is refused, and both go on by themselves.
      if (!isShown || linked?.recordId !== recordId || isToldApart(dealId)) continue;
      if (atMs - linked.atMs > indexLagMs + lastLookMs) wrong.add(`a contract of ${dealId}, which ${id} names`);
    }
    // A record that others became goes on where they were.
    const all = [recordId, ...(records.get(recordId)?.mergedIds ?? [])];
    const rows = all.flatMap((each) => records.get(each)?.history ?? []);
    const before = rows.filter((row) => row.atMs <= atMs);
    const isToLead = connectionId === (scenario.leading === 'lead' ? LEAD : FOLLOW);
    if (isToLead && before.some(({ stageId }) => stageId !== 's6')) return;
    const hasWaited = before.some((row) => row.stageId === 's6' && row.atMs + graceMs <= atMs);
    if (!hasWaited) wrong.add(`a contract of ${dealId}, which did not wait for its link`);
  }

  /** Nobody may find a draft of a deal that has gone into another one. */
  function judgeDrafts(): void {
    for (const [dealId, atMs] of world.absorbedAtMs) {
      if (world.clock.nowMs() - atMs < LOOKED_AT_MS) continue;
      const draft = world.esign.envelopes.find(
        ({ status, spec }) => status === 'created' && spec.contractRef.startsWith(`${dealId}/`),
      );
      if (draft !== undefined) wrong.add(`a draft of ${dealId}, long after it went into another deal`);
    }
  }

  /** A void needs the record that leads the deal at that moment to have gone back, to be lost, or to be gone. */
  function judgeVoid({ envelopeId, dealId, deal, atMs }: Deed): void {
    const sent = world.deeds.find((deed) => deed.what === 'sent' && deed.envelopeId === envelopeId);
    const { connectionId, recordId } = deal?.leading ?? { connectionId: '?', recordId: '?' };
    const crm = connectionId === FOLLOW ? world.follow : world.lead;
    const record = crm.records.get(recordId);
    if (record === undefined || sent === undefined) {
      wrong.add(`a void of ${dealId}, whose leading record ${recordId} is not there`);
      return;
    }
    if (sent.deal?.leading.connectionId !== connectionId) {
      wrong.add(`a void of ${dealId}, led by ${connectionId} but not when it was sent`);
    }
    const drawnUpMs =
      (world.esign.envelopes.find((each) => each.envelopeId === envelopeId)?.createdAtMs ?? 0) - 20 * MINUTE_MS;
    const past = record.history.filter((row) => row.atMs <= atMs);
    const wentBack = past.some((row, at) => isBack(row.stageId) && (row.atMs >= drawnUpMs || at === past.length - 1));
    const isGone = record.deletedAtMs !== undefined && record.deletedAtMs >= drawnUpMs;
    if (wentBack) return;
    if (!isGone) wrong.add(`a void of ${dealId} although ${recordId}, which leads, never went back`);
    else if (hasLivingKin(record) && !isToldApart(dealId))
      wrong.add(`a void of ${dealId} because ${recordId} is gone, although another record is there`);
  }

  function hasLivingKin(gone: CrmRecord): boolean {
    return allRecords(world).some(
      (each) =>
        each.id !== gone.id &&
        !each.isDeleted &&
        each.mergedInto === undefined &&
        each.id.at(0) !== gone.id.at(0) &&
        isKnownKin(each.id, gone),
    );
  }

  /** The hub had them in one deal when the record went, or had long enough to hear that they are. */
  function isKnownKin(id: string, gone: CrmRecord): boolean {
    const goneMs = gone.deletedAtMs ?? 0;
    const knownMs = world.togetherSinceMs(id, gone.id) ?? Number.POSITIVE_INFINITY;
    const isOld = sinceMs(kinship.between(id, gone.id)) < goneMs - MERGE_SEEN_MS;
    return kinship.between(id, gone.id) !== undefined && (isOld || knownMs < goneMs);
  }

  /** People know that it was not joined to another deal, and why: the two stay two, whatever ties their records. */
  function isToldApart(dealId: string): boolean {
    return world.table
      .items()
      .filter(({ pk, sk }) => pk === `DEAL#${dealId}` && sk.startsWith('NOW#'))
      .some(({ data }) => (data as Decision).reason.code === 'twin.links-disagree');
  }

  return { look, wrong, doubles };
}
