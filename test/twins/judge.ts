import { isLive } from '../../src/domain/contract-machine.ts';
import type { Deal } from '../../src/domain/deal.ts';
import { currentStage } from '../../src/domain/entries.ts';
import type { DealItems } from '../../src/store/deal-items.ts';
import { type Court, type Items, PASSES, recordNamed } from './court.ts';
import { judgeWhatIsOut, judgeWhatIsTold } from './judge-contracts.ts';
import type { Kinship } from './kinship.ts';
import type { CrmRecord } from './record-crm.ts';
import type { Scenario } from './scenario.ts';
import { FOLLOW, LEAD, MINUTE_MS, type TwinWorld } from './twin-world.ts';
import { allRecords, isBack, plannedTasks, standing } from './watch.ts';

/** Whoever still comes back within the last hour comes back for ever. */
const RESTLESS_MS = 60 * MINUTE_MS;

/** How it ended, and for statistics: dangerous things that happened. */
export interface Ended {
  readonly wrong: readonly string[];
  readonly classes: readonly string[];
}

/** Judges the end, hours after the last thing that people did. */
export async function judgeEnd(world: TwinWorld, scenario: Scenario, kinship: Kinship): Promise<Ended> {
  const wrong: string[] = [];
  const finals = new Map<string, Items>();
  const items = await storedDeals(world);
  const court: Court = { world, scenario, kinship, items, finals, wrong, classes: new Set() };
  for (const { deal } of items.values()) judgeWhereItWent(deal, court);
  for (const record of allRecords(world)) {
    const final = await finalOf(record, court);
    if (final === undefined) continue;
    finals.set(record.id, final);
    const isKnown = final.deal.lanes.some((lane) => lane.recordId === record.id);
    if (!isKnown && isAlive(record.id, world))
      wrong.push(`${record.id} goes by ${final.deal.dealId}, which does not know it`);
  }
  for (const final of new Set(finals.values())) {
    await judgeWhoLeads(final, court);
    judgeOutcome(final, court);
  }
  for (const { envelopeId, status, spec } of world.esign.envelopes) {
    if (status !== 'created') continue;
    const isHeld = [...finals.values()].some(({ deal, standing: said }) =>
      said.some(
        ({ subject, remedy }) => remedy !== undefined && spec.contractRef === `${deal.dealId}/${subject.slice(9)}`,
      ),
    );
    if (!isHeld) wrong.push(`draft ${envelopeId} of ${spec.contractRef} is left`);
  }
  wrong.push(...world.failures);
  for (const [work, atMs] of world.lastTrouble) {
    const isOurs = !/: (?:store|lease|fence)\./.test(work);
    if (isOurs && world.clock.nowMs() - atMs < RESTLESS_MS) wrong.push(`${work}, still`);
  }
  return { wrong, classes: [...court.classes] };
}

async function storedDeals({ table, store }: TwinWorld): Promise<ReadonlyMap<string, Items>> {
  const found = new Map<string, Items>();
  for (const { pk, sk } of table.items()) {
    if (sk !== 'STATE') continue;
    const items = await store.loadDealItems(pk.slice('DEAL#'.length));
    if (items.deal !== undefined) found.set(items.deal.dealId, { ...items, deal: items.deal });
  }
  return found;
}

function judgeWhereItWent(deal: Deal, { items, wrong }: Court): void {
  const passed = new Set<string>();
  for (let at: Deal | undefined = deal; at?.mergedInto !== undefined; at = items.get(at.mergedInto)?.deal) {
    if (passed.has(at.dealId)) {
      wrong.push(`${deal.dealId} goes into deals that go into each other`);
      return;
    }
    passed.add(at.dealId);
  }
}

/** The deal that a record goes by, at most one hop from its name. */
async function finalOf(
  { id, mergedInto, isDeleted }: CrmRecord,
  { world, items, wrong }: Court,
): Promise<Items | undefined> {
  const dealId = await world.store.resolveAlias(id.startsWith('S') ? LEAD : FOLLOW, id);
  const first = dealId === undefined ? undefined : items.get(dealId);
  if (first === undefined) {
    // Nobody needs a deal of a record that was gone, or became another one, before anybody had heard of it.
    if (mergedInto === undefined && !isDeleted) wrong.push(`${id} has no deal`);
    return undefined;
  }
  const final = first.deal.mergedInto === undefined ? first : items.get(first.deal.mergedInto);
  if (final?.deal.mergedInto === undefined) return final;
  wrong.push(`${id} goes by ${first.deal.dealId}, which went into another one`);
  return undefined;
}

function configured({ leading }: Scenario): string {
  return leading === 'lead' ? LEAD : FOLLOW;
}

function begun({ contracts, plans }: DealItems) {
  return [...contracts, ...plans].sort((a, b) => a.createdAtMs - b.createdAtMs);
}

/** Whoever acted first leads: the connection that is to lead, unless only the other one had begun something. */
async function judgeWhoLeads(final: Items, { items, scenario, world, wrong, classes }: Court): Promise<void> {
  const { deal } = final;
  const { connectionId, recordId } = deal.leading;
  const mine = begun(final);
  const isTwin = new Set(deal.lanes.map((lane) => lane.connectionId)).size === 2;
  const began = mine[0]?.forEntry.split('/')[1];
  if (began !== undefined && began !== connectionId) {
    wrong.push(`${deal.dealId} was begun by ${began} and is led by ${connectionId}`);
  }
  if (isTwin && connectionId !== configured(scenario)) {
    classes.add('the other one leads');
    const { dealId } = deal;
    const claim = await world.store.claimRecord(connectionId, recordId, { dealId, leading: connectionId });
    if (mine.length === 0 && claim.dealId === dealId && claim.leading === configured(scenario)) {
      wrong.push(`${dealId} is led by ${connectionId} and has nothing`);
    }
  }
  for (const absorbed of items.values()) if (absorbed.deal.mergedInto === deal.dealId) judgeAbsorbed(absorbed);

  function judgeAbsorbed(absorbed: Items): void {
    classes.add('absorbed');
    const { dealId, leading } = absorbed.deal;
    const waits = absorbed.standing.find(
      ({ reason, remedy }) => remedy !== undefined && reason.code === 'twin.waits-for-link',
    );
    if (waits !== undefined) wrong.push(`${dealId} went into another deal and still waits: ${waits.subject}`);
    if (begun(absorbed).length === 0) return;
    classes.add('absorbed with something');
    if (absorbed.contracts.some(isLive)) classes.add('absorbed with a live contract');
    const joinedAtMs = world.absorbedAtMs.get(dealId) ?? 0;
    const isTwinOf =
      leading.connectionId !== connectionId && recordNamed(leading.recordId, world)?.mergedInto === undefined;
    const wasReady = (world.claimedAtMs.get(recordId) ?? joinedAtMs) < joinedAtMs;
    if (isTwinOf && !wasReady && mine.every(({ createdAtMs }) => createdAtMs > joinedAtMs)) {
      wrong.push(`${deal.dealId} took over ${dealId}, which alone had begun something`);
    }
  }
}

function judgeOutcome({ deal }: Items, { world, scenario, kinship, items, finals, wrong, classes }: Court): void {
  const { connectionId, recordId } = deal.leading;
  const record = (connectionId === LEAD ? world.lead : world.follow).records.get(recordId);
  const stageId = record?.history.at(-1)?.stageId ?? '';
  const isGone = record === undefined || record.isDeleted;
  const where = `${deal.dealId}, led by ${recordId} in ${record === undefined ? 'nothing' : record.isDeleted ? 'the bin' : stageId}`;
  const say = (what: string) => wrong.push(`${where}: ${what}`);

  const kin = new Set(kinship.kinOf(recordId));
  const living = [...kin].filter((each) => isAlive(each, world));
  const contracts = standing(world).filter((each) => kin.has(each.record));
  const saidBy = (deals: readonly (Items | undefined)[]) =>
    deals.flatMap((each) => each?.standing ?? []).filter(({ remedy }) => remedy !== undefined);
  const words = saidBy([...kin].map((each) => finals.get(each)));
  const word = (about: RegExp) => words.some(({ subject, reason }) => about.test(subject) && !PASSES.has(reason.code));

  if (!isGone && currentStage(deal) !== 'unknown' && record.mergedInto === undefined && !knows(deal, record)) {
    say('does not know where its record is');
  }
  const opportunities = deal.lanes.filter((lane) => lane.connectionId === configured(scenario));
  // Two deals may be joined just while a third one goes into one of them; then somebody has to hear of it.
  const isTold = deal.dealId === finals.get(recordId)?.deal.dealId && word(/^contract\/for\/twin-of-/);
  if (opportunities.filter((lane) => isAlive(lane.recordId, world)).length > 1 && !isTold) {
    say('two opportunities in one deal, and no word about it');
  }
  const shown = [...words, ...saidBy(contracts.map((each) => items.get(each.dealId)))];
  judgeWhatIsTold(deal, contracts, shown, { items }, say);
  if (living.length === 0) judgeWhatIsOut(deal, contracts, shown, { scenario, world }, say);
  const isDue = isGone
    ? living.some((each) => isDueIn(recordNamed(each, world)?.history.at(-1)?.stageId))
    : isDueIn(stageId);
  if (isDue && contracts.length === 0) {
    if (word(/^(?:contract|crm)\//)) classes.add('no contract, with a word');
    else say('no contract, and no word about it');
  }
  if (isGone) return;

  const isStraight = scenario.second === undefined && wasIn(record, 's6') && wentStraight(record);
  const isOwn = contracts.every((each) => each.dealId === deal.dealId);
  const isSigned = contracts.some((each) => each.isSigned);
  if (isStraight) {
    classes.add('went straight');
    if (contracts.length === 0) say('no contract, although it went straight');
    const sent = world.deeds.filter((deed) => deed.what === 'sent' && kin.has(deed.deal?.leading.recordId ?? ''));
    const wereStraight = [...kin].every((each) => wentStraight(recordNamed(each, world)));
    if (wereStraight && sent.length > Math.max(1, contracts.length)) say(`${sent.length} invitations`);
    if (isSigned && isOwn && stageId === 's6' && !wasIn(record, 's7')) say('signed, and still in procurement');
  }
  if (isSigned && isDueIn(stageId) && stageId !== 's6') {
    const tasks = plannedTasks(world).filter(
      ({ bornOn, title }) => kin.has(bornOn) && /^(?:Kick off|Train) /.test(title),
    );
    const titles = new Set(tasks.map(({ title }) => title));
    const isExpected = isStraight && isOwn;
    // A deal that has passed implementation by has no onboarding; that its stage was left alone is told.
    const about = wasIn(record, 's7') ? /^(?:plan|contract|crm)\// : /^(?:plan|contract|crm|write\/stage)\//;
    if (titles.size !== 2 && (isExpected || !word(about))) say(`${titles.size} tasks of onboarding`);
  }
}

function wasIn(record: CrmRecord, stageId: string): boolean {
  return record.history.some((row) => row.stageId === stageId);
}

/** From procurement on it went forward, and was always there. */
function wentStraight(record: CrmRecord | undefined): boolean {
  if (record === undefined) return true;
  const stages = record.history.map((row) => row.stageId);
  const at = stages.indexOf('s6');
  const isForward = at < 0 || stages.slice(at).every((each) => !isBack(each) && each !== 'unmapped');
  return record.deletedAtMs === undefined && isForward;
}

function knows(deal: Deal, record: CrmRecord): boolean {
  const lane = deal.lanes.find((each) => each.recordId === record.id);
  const last = record.history.at(-1);
  return (
    lane?.transitions.some(
      (each) => each.stageId === last?.stageId && Math.abs(each.enteredAtMs - last.atMs) < 1000,
    ) === true
  );
}

function isAlive(name: string, world: TwinWorld): boolean {
  const record = recordNamed(name, world);
  return record !== undefined && !record.isDeleted && record.mergedInto === undefined;
}

function isDueIn(stageId: string | undefined): boolean {
  return stageId !== undefined && ['s6', 's7', 's8', 's9'].includes(stageId);
}
