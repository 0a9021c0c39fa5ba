import { createKinship, type Kinship, type Tie } from './kinship.ts';
import type { RecordCrm } from './record-crm.ts';
import type { Scenario, Side } from './scenario.ts';
import { LEAD, MINUTE_MS, SECOND_MS, type TwinWorld } from './twin-world.ts';

/** What was done in the CRMs, for whoever judges what the hub made of it. */
export interface Doings {
  /** For whoever has to understand a failure. */
  readonly story: readonly string[];
  readonly kinship: Kinship;
}

/** Puts what people and the sync will do on the world's agenda. */
export function letPeopleAct(world: TwinWorld, scenario: Scenario, random: () => number): Doings {
  const { lead, follow, clock } = world;
  const { lagMs, linkMs, syncFromMs = 0, first, leading, troubles, copiesStages } = scenario;
  const upTo = (max: number) => Math.floor(random() * (max + 1));
  const minutes = (from: number, to: number) => (from + random() * (to - from)) * MINUTE_MS;
  const startMs = clock.nowMs();
  const story: string[] = [JSON.stringify(scenario)];
  const tell = (what: string) => story.push(`${((clock.nowMs() - startMs) / MINUTE_MS).toFixed(1)}: ${what}`);
  const kinship = createKinship((record) => record.startsWith(leading === 'lead' ? 'S' : 'H'), isForgotten);

  const crmOf = (side: Side) => (side === 'lead' ? lead : follow);
  const otherOf = (side: Side): Side => (side === 'lead' ? 'follow' : 'lead');
  /** The first opportunity's record there; after a merge the one that lives on. */
  const names = { lead: 'S1', follow: 'H1' };
  const isThere = (crm: RecordCrm, name: string) => {
    const record = crm.records.get(name);
    return record !== undefined && !record.isDeleted && record.mergedInto === undefined;
  };

  /**
   * A link goes with the record that became another one, which names another record or none; that two became one is
   * known to the record that lives on. Nothing of either can be read from a record that is gone.
   */
  function isForgotten({ kind, a, b }: Tie): boolean {
    const { mergedInto = a } = follow.records.get(a) ?? {};
    const heir = follow.records.get(kind === 'merge' ? b : mergedInto);
    const isShown = heir?.isDeleted === false && (kind === 'merge' || heir.id === a || heir.linked?.recordId === b);
    return !isShown && world.togetherSinceMs(a, b) === undefined;
  }

  function create(side: Side, name: string, stageId: string): void {
    tell(`${name} is made in ${stageId}`);
    crmOf(side).create(name, stageId);
  }
  function move(side: Side, name: string, stageId: string): boolean {
    if (!isThere(crmOf(side), name) || !crmOf(side).move(name, stageId)) return false;
    tell(`${name} goes to ${stageId}`);
    return true;
  }
  function link(from: string, to: string): void {
    if (!isThere(follow, from)) return;
    tell(`${from} names ${to}`);
    kinship.tie({ kind: 'link', a: from, b: to, atMs: clock.nowMs() });
    follow.link(from, to);
  }

  /** A change travels to the other CRM; one that arrives there does not travel back. */
  function copy(from: Side, stageId: string): void {
    if (clock.nowMs() - startMs < syncFromMs) return;
    const to = otherOf(from);
    world.at(lagMs, () => {
      if (crmOf(to).records.has(names[to])) {
        if (copiesStages && isLinked()) move(to, names[to], stageId);
        return;
      }
      if (scenario.plot === 'leading record never seen' && to === 'lead') return link(names.follow, 'S9');
      create(to, names[to], stageId);
      world.at(linkMs, () => link(names.follow, names.lead));
    });
  }
  const isLinked = () => follow.records.get(names.follow)?.linked !== undefined;
  function person(side: Side, stageId: string): void {
    if (move(side, names[side], stageId)) copy(side, stageId);
  }

  world.at(0, () => {
    create(first, names[first], scenario.startStage);
    copy(first, scenario.startStage);
  });
  // People work mostly in one CRM, and now and then in the other.
  let atMs = 0;
  const isApprovedLate = scenario.plot === 'approved late';
  for (const stageId of isApprovedLate ? ['s6'] : scenario.plot === 'race' ? ['s5'] : ['s5', 's6', 's6']) {
    atMs += upTo(20 * MINUTE_MS);
    const side = random() < 0.8 ? first : otherOf(first);
    world.at(atMs, () => person(side, stageId));
  }
  // Approvals come when somebody has the time.
  for (let look = 10; look <= 190; look += 10) {
    const isSoonAfter = isApprovedLate && look > 24 && look * MINUTE_MS < syncFromMs + linkMs + 5 * MINUTE_MS;
    if (!isSoonAfter && (look > 120 || random() < (isApprovedLate ? 0.8 : 0.4))) {
      world.at(look * MINUTE_MS, world.approveAll);
    }
  }
  // Once it is signed, somebody may be quicker than the hub.
  world.at(minutes(128, 145), () => person(random() < 0.8 ? leading : otherOf(leading), 's7'));

  if (scenario.syncFromMs !== undefined) syncBegins(scenario.syncFromMs);
  function syncBegins(fromMs: number): void {
    const late = otherOf(first);
    const soonMs = () =>
      scenario.isTight ? Math.max(0, linkMs + upTo(90 * SECOND_MS) - 15 * SECOND_MS) : upTo(10 * MINUTE_MS);
    const goesToProcurement = () => void move(late, names[late], 's6');
    if (scenario.lateRecord === 'was there') {
      world.at(minutes(1, isApprovedLate ? 24 : 40), () =>
        create(late, names[late], scenario.startStage === 's6' ? 's5' : scenario.startStage),
      );
      if (isApprovedLate) world.at(minutes(25, 40), goesToProcurement);
      else if (random() < 0.4 && scenario.plot !== 'race') world.at(minutes(40, 45), goesToProcurement);
    }
    world.at(fromMs, () => {
      const now = crmOf(first).records.get(names[first])?.history.at(-1)?.stageId ?? 's5';
      if (!crmOf(late).records.has(names[late]))
        create(late, names[late], scenario.lateRecord === 'walks' ? 's3' : now);
      if (scenario.lateRecord === 'walks') world.at(SECOND_MS, () => void move(late, names[late], 's5'));
      if (scenario.lateRecord !== 'copied') world.at(soonMs(), goesToProcurement);
      if (scenario.plot === 'race') world.at(soonMs(), () => void move(first, names[first], 's6'));
      world.at(linkMs, () => link(names.follow, names.lead));
    });
    world.at(fromMs + minutes(5, 40), () => person(random() < 0.5 ? first : late, 's6'));
  }

  if (scenario.second !== undefined) bringSecond();
  function bringSecond(): void {
    const madeMs = minutes(0, 40);
    const stage = ['s4', 's5', 's6'][upTo(2)] ?? 's5';
    const isPair = scenario.second === 'another deal';
    const hasRecord = isPair || scenario.plot === 'merge';
    world.at(madeMs, () => {
      if (hasRecord) create('follow', 'H2', stage);
      if (!isPair && scenario.plot === 'merge') return;
      create('lead', 'S2', stage);
      if (hasRecord) world.at(linkMs, () => link('H2', 'S2'));
    });
    for (const side of ['lead', 'follow'] as const) {
      if (random() < 0.7) world.at(madeMs + minutes(1, 40), () => void move(side, side === 'lead' ? 'S2' : 'H2', 's6'));
    }
    const thenMs = minutes(15, 105);
    if (scenario.plot === 'linked anew') world.at(thenMs, () => link(names.follow, 'S2'));
    else world.at(thenMs, merge);
  }
  function merge(): void {
    if (!isThere(follow, 'H1') || !isThere(follow, 'H2')) return;
    const ids = scenario.primary === 'H1' ? (['H1', 'H2'] as const) : (['H2', 'H1'] as const);
    tell(`${ids.join(' and ')} become H3`);
    const linked = ids.map((id) => follow.records.get(id)?.linked?.recordId).find((id) => id !== undefined);
    const atMs = clock.nowMs();
    if (linked !== undefined) kinship.tie({ kind: 'link', a: 'H3', b: linked, atMs });
    for (const id of ids) kinship.tie({ kind: 'merge', a: id, b: 'H3', atMs });
    names.follow = 'H3';
    follow.merge(ids, 'H3', scenario.mergeMakesRow);
  }

  if (scenario.mind !== undefined) changeMind(scenario.mind);
  /** Just while the draft is being made, which takes a while. */
  function changeMind(mind: NonNullable<Scenario['mind']>): void {
    let isChanged = false;
    world.whileDrafting(async (deal) => {
      if (isChanged || deal === undefined) return;
      // A link hurts most where somebody may be reading a contract of the other record.
      if (mind === 'linked' && !world.esign.envelopes.some(({ status }) => status === 'sent') && random() < 0.8) return;
      isChanged = true;
      const side = deal.leading.connectionId === LEAD ? 'lead' : 'follow';
      const name = deal.leading.recordId;
      if (mind === 'linked') {
        if (isThere(lead, names.lead) && !isLinked()) link(names.follow, names.lead);
      } else if (mind === 'deleted') {
        if (!isThere(crmOf(side), name)) return;
        tell(`${name} is deleted while a draft is made`);
        crmOf(side).remove(name);
      } else if (move(side, name, mind === 'lost' ? 's10' : 's5')) copy(side, mind === 'lost' ? 's10' : 's5');
      await world.pause((20 + upTo(30)) * SECOND_MS);
    });
  }

  if (troubles.back) {
    const backMs = minutes(10, 125);
    world.at(backMs, () => person(random() < 0.8 ? leading : first, ['s5', 's5', 's3'][upTo(2)] ?? 's5'));
    if (random() < 0.7) world.at(backMs + minutes(0, 25), () => person(leading, 's6'));
  }
  if (troubles.lost) {
    const lostMs = minutes(10, 145);
    world.at(lostMs, () => person(leading, 's10'));
    if (random() < 0.4) world.at(lostMs + minutes(0, 25), () => person(leading, 's6'));
  }
  if (troubles.roams) {
    for (let step = 0; step < 4; step += 1) {
      const stageId = ['s3', 's5', 's6', 's7', 's8', 's10', 'unmapped'][upTo(6)] ?? 's5';
      world.at(minutes(10, 145), () => void move(otherOf(leading), names[otherOf(leading)], stageId));
    }
  }
  for (const side of ['lead', 'follow'] as const) {
    if (side === leading ? !troubles.leaderDeleted : !troubles.followerDeleted) continue;
    const goneMs = minutes(10, 145);
    const isBack = !troubles.isAllGone && random() < 0.6;
    world.at(goneMs, () => {
      const name = names[side];
      if (!isThere(crmOf(side), name)) return;
      tell(`${name} is deleted`);
      crmOf(side).remove(name);
      if (!isBack) return;
      world.at(30 * SECOND_MS + upTo(30 * MINUTE_MS), () => {
        if (crmOf(side).records.get(name)?.mergedInto !== undefined) return;
        tell(`${name} is restored`);
        crmOf(side).restore(name);
      });
    });
  }
  return { story, kinship };
}
