import { MINUTE_MS, SECOND_MS } from './twin-world.ts';

/** In which CRM: the one whose webhooks only hint (`lead`), or the one whose records name the others (`follow`). */
export type Side = 'lead' | 'follow';

export type Plot =
  | 'plain'
  | 'short grace'
  | 'late link'
  | 'race'
  /** Both have acted when they are linked, and the one that goes on waits for its approval. */
  | 'approved late'
  | 'merge'
  | 'linked anew'
  | 'leading record never seen';

/** What people and the sync do with one deal, drawn by chance. */
export interface Scenario {
  readonly plot: Plot;
  /** Which CRM is configured as leading. */
  readonly leading: Side;
  readonly first: Side;
  readonly startStage: string;
  readonly graceMs: number;
  /** How long the sync takes, and how long after that it notes the link. */
  readonly lagMs: number;
  readonly linkMs: number;
  /** Before it the sync does nothing at all; undefined: it works from the beginning. */
  readonly syncFromMs: number | undefined;
  /** Of a sync that begins late: the other record is copied, walks through its stages, or was made by somebody before. */
  readonly lateRecord: 'copied' | 'walks' | 'was there';
  /** The late record comes where a contract is due within seconds of the link. */
  readonly isTight: boolean;
  readonly copiesStages: boolean;
  readonly early: 'negotiation' | 'solutioning' | undefined;
  readonly approval: 'none' | 'hub';
  /** What somebody does just while a draft is being made. */
  readonly mind: 'linked' | 'back' | 'lost' | 'deleted' | undefined;
  readonly second: 'a double' | 'another deal' | undefined;
  /** The record that gives the merged one its stages. */
  readonly primary: 'H1' | 'H2';
  /** The merged record's history says when it came into being, or only repeats the primary one's. */
  readonly mergeMakesRow: boolean;
  /** Of a link that the sync notes, nobody may hear at all. */
  readonly linkTold: 'lost' | undefined;
  readonly mergeTold: 'lost' | { readonly lateMs: number };
  readonly webhooks: { readonly maxDelayMs: number; readonly lost: number; readonly doubled: number };
  readonly indexLagMs: number;
  readonly faults: { readonly fails: number; readonly dies: number };
  readonly troubles: {
    readonly back: boolean;
    readonly lost: boolean;
    readonly roams: boolean;
    readonly followerDeleted: boolean;
    readonly leaderDeleted: boolean;
    /** Neither comes back. */
    readonly isAllGone: boolean;
  };
}

export function drawScenario(random: () => number): Scenario {
  const upTo = (max: number) => Math.floor(random() * (max + 1));
  const chance = (of: number) => random() < of;
  const oneOf = <T>(...all: readonly [T, ...T[]]): T => all[upTo(all.length - 1)] ?? all[0];
  const plot = oneOf<Plot>(
    ...(['plain', 'plain', 'short grace', 'late link', 'late link', 'late link', 'race', 'race'] as const),
    ...([
      'approved late',
      'merge',
      'merge',
      'merge',
      'linked anew',
      chance(0.5) ? 'leading record never seen' : 'race',
    ] as const),
  );
  const lagMs = upTo(10 * MINUTE_MS);
  const linkMs = chance(0.4) ? 0 : upTo(4 * MINUTE_MS);
  const soonestMs = lagMs + linkMs + MINUTE_MS;
  const isCalm = chance(0.45);
  const isAllGone = chance(0.25);
  const isRace = plot === 'race';
  const isApprovedLate = plot === 'approved late';
  const isLate = isRace || isApprovedLate || plot === 'late link' || (plot === 'merge' && chance(0.3));
  const longestMs = Math.max(0, 15 * MINUTE_MS - soonestMs);
  const graceMs = soonestMs + upTo(chance(0.5) ? Math.min(longestMs, 4 * MINUTE_MS) : longestMs);
  const leading = chance(0.4) ? 'follow' : 'lead';
  const first = oneOf<Side>('lead', 'follow');
  const startStage = oneOf('s3', 's4', 's5', 's5', 's6', 's6');
  return {
    ...{ plot, leading },
    first: !isApprovedLate ? first : leading === 'lead' ? 'follow' : 'lead',
    startStage: isApprovedLate ? 's6' : startStage,
    graceMs: isApprovedLate
      ? upTo(5 * MINUTE_MS)
      : isRace
        ? upTo(30 * SECOND_MS)
        : plot === 'short grace'
          ? upTo(soonestMs)
          : graceMs,
    lagMs,
    linkMs: isRace ? upTo(30 * SECOND_MS) : linkMs,
    syncFromMs: isLate ? (45 + upTo(50)) * MINUTE_MS : undefined,
    lateRecord: isRace || isApprovedLate ? 'was there' : oneOf('copied', 'walks', 'was there'),
    isTight: isRace || chance(0.5),
    copiesStages: chance(0.75),
    approval: isApprovedLate || chance(0.2) ? 'hub' : 'none',
    mind: chance(0.45) ? oneOf('linked', 'linked', 'linked', 'back', 'lost', 'deleted') : undefined,
    early: chance(0.6) ? oneOf('negotiation', 'solutioning') : undefined,
    second: plot === 'merge' || plot === 'linked anew' ? oneOf('a double', 'another deal') : undefined,
    primary: oneOf('H1', 'H2'),
    mergeMakesRow: chance(0.5),
    linkTold: chance(0.4) ? 'lost' : undefined,
    mergeTold: chance(0.35) ? 'lost' : { lateMs: chance(0.5) ? 0 : upTo(30 * MINUTE_MS) },
    webhooks: { maxDelayMs: upTo(isRace ? 5 * SECOND_MS : 2 * MINUTE_MS), lost: chance(0.5) ? 0 : 0.3, doubled: 0.3 },
    indexLagMs: upTo(30 * SECOND_MS),
    faults: { fails: chance(0.5) ? 0 : 0.003, dies: chance(0.55) ? 0 : chance(0.35) ? 0.12 : 0.03 },
    troubles: {
      back: !isCalm && chance(0.45),
      lost: !isCalm && chance(0.25),
      roams: !isCalm && chance(0.4),
      followerDeleted: !isCalm && (isAllGone || chance(0.25)),
      leaderDeleted: !isCalm && (isAllGone || chance(0.2)),
      isAllGone,
    },
  };
}
