import { seededRandom } from '../journeys/seeded-random.ts';
import type { RecordCrm } from './record-crm.ts';
import { createTwinWorld, MINUTE_MS, SECOND_MS, seen, type TwinWorld } from './twin-world.ts';

const HOUR_MS = 60 * MINUTE_MS;

export interface Played {
  /** One sentence for everything that must never be. */
  readonly wrong: readonly string[];
  /** What people did, for whoever has to understand a failure. */
  readonly story: readonly string[];
}

/**
 * One deal over two synced CRMs: created in either, copied to the other after 0 to 10 minutes, linked some minutes
 * before, between or after, moved by people in both, with webhooks that are late, doubled and lost. What is done is
 * decided by the seed alone.
 */
export async function playTwins(seed: number, interleaved: boolean): Promise<Played> {
  const random = seededRandom(seed);
  const upTo = (max: number) => Math.floor(random() * (max + 1));
  const lagMs = upTo(10 * MINUTE_MS);
  const world = createTwinWorld({
    random: seededRandom(seed * 31 + 7),
    interleaved,
    webhooks: { maxDelayMs: upTo(2 * MINUTE_MS), lost: random() < 0.5 ? 0 : 0.3, doubled: 0.3 },
    indexLagMs: upTo(30 * SECOND_MS),
  });
  const { lead, follow } = world;
  const story: string[] = [`lag ${Math.round(lagMs / SECOND_MS)} s`];
  const tell = (what: string) => story.push(`${Math.round((world.clock.nowMs() - startMs) / SECOND_MS)} s: ${what}`);
  const startMs = world.clock.nowMs();
  world.reconcileEvery(5 * MINUTE_MS);

  const names = new Map<RecordCrm, string>([
    [lead, 'S1'],
    [follow, 'H1'],
  ]);
  const other = (crm: RecordCrm) => (crm === lead ? follow : lead);
  /** A change travels to the other CRM; one that arrives there does not travel back. */
  function copy(from: RecordCrm, stageId: string): void {
    const to = other(from);
    world.at(lagMs, () => {
      const name = names.get(to) ?? '';
      if (to.records.has(name)) {
        if (to.move(name, stageId)) tell(`${to.connectionId} gets ${stageId}`);
        return;
      }
      tell(`${to.connectionId} gets the record, in ${stageId}`);
      to.create(name, stageId);
      // The link is noted with the copy, or a little after it.
      world.at(random() < 0.5 ? 0 : upTo(4 * MINUTE_MS), () => {
        tell('linked');
        follow.link('H1', 'S1');
      });
    });
  }
  function person(crm: RecordCrm, stageId: string): void {
    const name = names.get(crm) ?? '';
    if (!crm.records.has(name)) return;
    tell(`a person moves ${crm.connectionId} to ${stageId}`);
    if (crm.move(name, stageId)) copy(crm, stageId);
  }

  const first = random() < 0.5 ? lead : follow;
  const stages = ['s4', 's5', 's6'];
  const startStage = stages[upTo(2)] ?? 's5';
  world.at(0, () => {
    tell(`${first.connectionId} begins in ${startStage}`);
    first.create(names.get(first) ?? '', startStage);
    copy(first, startStage);
  });
  // People work mostly in one CRM, and now and then in the other.
  let atMs = 0;
  for (const stageId of ['s5', 's6', 's6', ...(random() < 0.2 ? ['s5', 's6'] : [])]) {
    atMs += upTo(20 * MINUTE_MS);
    const crm = random() < 0.8 ? first : other(first);
    world.at(atMs, () => person(crm, stageId));
  }
  const wrong = new Set<string>();
  const check = () => {
    const now = seen(world);
    if (now.live > 1) wrong.add('two live envelopes');
    if (now.live + now.signed > 1) wrong.add('an envelope beside a signed one');
    if (new Set(now.tasks).size !== now.tasks.length) wrong.add('two sets of tasks');
    if (now.voids > 0 && !leadingWentBack(world)) wrong.add('a void although the leading record never went back');
  };
  await world.run(3 * HOUR_MS, check);
  for (const envelope of world.esign.envelopes) if (envelope.status === 'sent') world.sign(envelope.envelopeId);
  await world.run(3 * HOUR_MS, check);

  if (!leadingWentBack(world)) {
    const end = seen(world);
    if (end.invitations !== 1) wrong.add(`${end.invitations} invitations instead of 1`);
    if (end.signed !== 1) wrong.add(`${end.signed} signed contracts instead of 1`);
    if (end.tasks.length !== 2) wrong.add(`${end.tasks.length} tasks instead of 2`);
    if (end.drafts !== 0) wrong.add(`${end.drafts} drafts left`);
  }
  for (const failure of world.failures) wrong.add(failure);
  return { wrong: [...wrong], story };
}

/** The record that leads was in procurement and left it for an earlier stage. */
function leadingWentBack({ lead, follow }: TwinWorld): boolean {
  return [lead, follow].some((crm) => {
    const stages = crm.records.get(crm === lead ? 'S1' : 'H1')?.history.map(({ stageId }) => stageId) ?? [];
    const at = stages.indexOf('s6');
    return at >= 0 && stages.slice(at).includes('s5');
  });
}
