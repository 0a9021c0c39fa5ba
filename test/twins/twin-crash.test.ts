import { describe, expect, it } from 'vitest';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { linkSignal } from '../../src/flows/twins/link-signal.ts';
import { type Mortality, mortal, ProcessDied } from '../fakes/mortal.ts';
import { seededRandom } from '../journeys/seeded-random.ts';
import { createTwinWorld, FOLLOW, LEAD, MINUTE_MS, seen, type TwinWorld } from './twin-world.ts';

const HOUR_MS = 60 * MINUTE_MS;
const HERE = { connectionId: FOLLOW, recordId: 'H1' };
const THERE = { connectionId: LEAD, recordId: 'S1' };

/** The message that brings the link, worked on by a process that may die. */
async function tellLink(world: TwinWorld, mortality: Mortality): Promise<void> {
  const link = linkSignal(HERE, THERE, world.clock.nowMs());
  const origin = { deliveryId: 'd-link', traceId: 't', receivedAtMs: world.clock.nowMs() };
  const parts = { ...world.parts, store: mortal(world.parts.store, mortality), bus: mortal(world.bus, mortality) };
  await recordCrmSignals([link], origin, parts);
}

/** Before the link is told; nothing in the CRM names it, so that nothing but this message can bring it. */
type Before = 'two deals' | 'one deal' | 'the follower has acted';

async function worldBefore(before: Before): Promise<TwinWorld> {
  const world = createTwinWorld({ random: seededRandom(3) });
  world.follow.create('H1', 's5');
  if (before !== 'one deal') world.lead.create('S1', 's5');
  await world.run(HOUR_MS);
  if (before === 'the follower has acted') {
    world.follow.move('H1', 's6');
    await world.run(HOUR_MS);
  }
  if (before === 'one deal') {
    const { onChange } = world.lead;
    world.lead.onChange = () => {};
    world.lead.create('S1', 's5');
    world.lead.onChange = onChange;
  }
  return world;
}

async function callsOf(before: Before): Promise<number> {
  const mortality: Mortality = { calls: 0, diesAt: 0, when: 'before', dead: false };
  await tellLink(await worldBefore(before), mortality);
  return mortality.calls;
}

describe('a process that dies while it follows a link', () => {
  for (const before of ['two deals', 'one deal', 'the follower has acted'] as const) {
    for (const when of ['before', 'after'] as const) {
      it(`leaves one deal with both records when the message comes back: ${before}, ${when} a call`, async () => {
        const calls = await callsOf(before);
        expect(calls).toBeGreaterThan(7);
        for (let diesAt = 1; diesAt <= calls; diesAt += 1) {
          const world = await worldBefore(before);
          const dying = tellLink(world, { calls: 0, diesAt, when, dead: false });
          await expect(dying, `died ${when} call ${diesAt}`).rejects.toBeInstanceOf(ProcessDied);
          // Somebody works on what there is, before the message is visible again.
          await world.run(MINUTE_MS);
          await tellLink(world, { calls: 0, diesAt: 0, when, dead: false });
          await world.run(MINUTE_MS);
          world.lead.move('S1', 's6');
          await world.run(2 * HOUR_MS);

          const died = `died ${when} call ${diesAt}`;
          expect(seen(world), died).toMatchObject({ invitations: 1, live: 1, voids: 0, drafts: 0 });
          const names = await Promise.all([
            world.store.resolveAlias(FOLLOW, 'H1'),
            world.store.resolveAlias(LEAD, 'S1'),
          ]);
          expect(names[0], died).toBe(names[1]);
          const deal = await world.store.loadDeal(names[0] ?? '');
          expect(deal?.mergedInto, died).toBeUndefined();
          expect(deal?.lanes.map(({ recordId }) => recordId).sort(), died).toEqual(['H1', 'S1']);
          const acted = before === 'the follower has acted';
          expect(deal?.leading.connectionId, died).toBe(acted ? FOLLOW : LEAD);
          expect(world.failures, died).toEqual([]);
        }
      });
    }
  }
});
