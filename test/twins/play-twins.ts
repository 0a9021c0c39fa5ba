import { seededRandom } from '../journeys/seeded-random.ts';
import { judgeEnd } from './judge.ts';
import { letPeopleAct } from './people.ts';
import { drawScenario } from './scenario.ts';
import { createTwinWorld, FOLLOW, LEAD, MINUTE_MS, type TwinWorld } from './twin-world.ts';
import { allRecords, createWatch } from './watch.ts';

export interface Played {
  /** One sentence for everything that must never be. */
  readonly wrong: readonly string[];
  /** What people did, for whoever has to understand a failure. */
  readonly story: readonly string[];
  /** Dangerous things that happened. */
  readonly classes: readonly string[];
}

/**
 * One deal over two synced CRMs, for five hours: created in either, copied and linked by a sync that takes its
 * time or begins hours later, moved, lost, merged, deleted and linked anew by people in both, with webhooks that are late,
 * doubled and lost, and a hub whose calls fail and whose processes die. What is done is decided by the seed alone.
 */
export async function playTwins(seed: number, interleaved: boolean): Promise<Played> {
  const random = seededRandom(seed);
  const scenario = drawScenario(random);
  const { webhooks, indexLagMs, faults, mergeTold, linkTold, graceMs, early, approval } = scenario;
  const world = createTwinWorld({
    ...{
      random: seededRandom(seed * 31 + 7),
      interleaved,
      webhooks,
      indexLagMs,
      faults,
      mergeTold,
      linkTold,
      approval,
    },
    sync: { graceMs, leading: scenario.leading === 'lead' ? LEAD : FOLLOW },
    ...(early === undefined ? {} : { early }),
  });
  const { story, kinship } = letPeopleAct(world, scenario, random);
  const watch = createWatch(world, kinship, scenario, interleaved);
  world.reconcileEvery(5 * MINUTE_MS);
  const sign = () => (isOver(world) ? undefined : world.signAll());
  for (let atMs = 125 * MINUTE_MS; atMs <= 205 * MINUTE_MS; atMs += 20 * MINUTE_MS) world.at(atMs, sign);
  await world.run(300 * MINUTE_MS, watch.look);
  const end = await judgeEnd(world, scenario, kinship);
  const voids = world.deeds.some(({ what }) => what === 'voided') ? ['a void'] : [];
  const doubles = watch.doubles.size > 0 ? ['two that left before anybody could know'] : [];
  return {
    wrong: [...new Set([...watch.wrong, ...end.wrong])],
    story,
    classes: [...new Set([scenario.plot, ...end.classes, ...doubles, ...voids, ...world.happened.keys()])],
  };
}

/** Nobody signs any more for what has been gone for a while; a contract that is still out then is seen at the end. */
export function isOver(world: TwinWorld): boolean {
  const longAgoMs = world.clock.nowMs() - 2 * MINUTE_MS;
  return allRecords(world).every(
    ({ isDeleted, deletedAtMs, mergedInto }) =>
      mergedInto !== undefined || (isDeleted && (deletedAtMs ?? 0) < longAgoMs),
  );
}

/**
 * Plays many of them; gives one line for each that went wrong, with its story.
 *
 * @param seen in how many of them each dangerous thing happened; added to
 */
export async function playAll(
  which: {
    readonly firstSeed: number;
    readonly count: number;
    readonly interleaved: boolean;
  },
  seen: Map<string, number>,
): Promise<readonly string[]> {
  const wrongs: string[] = [];
  for (let seed = which.firstSeed; seed < which.firstSeed + which.count; seed += 1) {
    const { wrong, story, classes } = await playTwins(seed, which.interleaved);
    for (const danger of classes) seen.set(danger, (seen.get(danger) ?? 0) + 1);
    if (wrong.length > 0) wrongs.push(`seed ${seed}: ${wrong.join('; ')}\n  ${story.join('\n  ')}`);
  }
  return wrongs;
}
