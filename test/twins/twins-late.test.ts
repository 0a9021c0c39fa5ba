import { describe, expect, it } from 'vitest';
import { seededRandom } from '../journeys/seeded-random.ts';
import { createTwinWorld, FOLLOW, LEAD, MINUTE_MS, seen, type TwinWorld } from './twin-world.ts';

const HOUR_MS = 60 * MINUTE_MS;
const TASKS = ['Kick off Northwind rollout', 'Train the team'];

/** A follower that has sent its contract alone, an hour after it was to wait for a link. */
async function followerHasActed(version: 'now' | 'before claims' = 'now'): Promise<TwinWorld> {
  const hub = createTwinWorld({ random: seededRandom(11) });
  hub.setKnowsClaims(version === 'now');
  hub.follow.create('H1', 's5');
  await hub.run(HOUR_MS);
  hub.follow.move('H1', 's6');
  await hub.run(HOUR_MS);
  expect(seen(hub)).toMatchObject({ invitations: 1, live: 1 });
  hub.setKnowsClaims(true);
  return hub;
}

const codesOf = async (hub: TwinWorld, dealId: string): Promise<readonly string[]> =>
  (await hub.store.loadDealItems(dealId)).standing.flatMap(({ reason, remedy }) =>
    remedy === undefined ? [] : [reason.code],
  );

const toldOn = (hub: TwinWorld, recordId: string): string =>
  [hub.lead, hub.follow].flatMap((crm) => crm.records.get(recordId)?.tasks.map(({ body }) => body) ?? []).join('\n');

describe('what was begun before records were claimed', () => {
  it('goes on under the deal that has begun it, whichever record is found later', async () => {
    for (const stage of ['s4', 's6']) {
      const hub = await followerHasActed('before claims');
      hub.lead.create('S1', stage);
      await hub.run(MINUTE_MS);
      hub.follow.link('H1', 'S1');
      await hub.run(HOUR_MS);
      hub.sign('env-1');
      await hub.run(HOUR_MS);
      hub.lead.move('S1', 's7');
      await hub.run(HOUR_MS);
      expect(seen(hub), stage).toMatchObject({ invitations: 1, signed: 1, voids: 0, tasks: TASKS });
    }
  });

  it('is not voided because a record that is behind joins it', async () => {
    const hub = await followerHasActed('before claims');
    const { onChange } = hub.lead;
    hub.lead.onChange = () => {};
    hub.lead.create('S1', 's4');
    hub.lead.onChange = onChange;
    hub.follow.link('H1', 'S1');
    await hub.run(2 * HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.leading.connectionId).toBe(FOLLOW);
  });
});

describe('a merge in the follower', () => {
  it('takes along what its first record has begun, when the link comes after it', async () => {
    for (const known of [false, true]) {
      const hub = await followerHasActed();
      hub.follow.create('H2', 's5');
      await hub.run(MINUTE_MS);
      hub.follow.merge(['H1', 'H2'], 'H3');
      if (known) hub.lead.create('S1', 's5');
      await hub.run(HOUR_MS);
      if (!known) hub.lead.create('S1', 's5');
      hub.follow.link('H3', 'S1');
      await hub.run(HOUR_MS);
      hub.lead.move('S1', 's6');
      await hub.run(HOUR_MS);
      hub.sign('env-1');
      await hub.run(HOUR_MS);
      expect(seen(hub), `known ${known}`).toMatchObject({ invitations: 1, signed: 1, live: 0, voids: 0, tasks: TASKS });
      expect(hub.failures, `known ${known}`).toEqual([]);
    }
  });

  it('does not make one deal of two opportunities, in either order of the merged records', async () => {
    for (const ids of [
      ['H1', 'H2'],
      ['H2', 'H1'],
    ] as const) {
      const hub = createTwinWorld({ random: seededRandom(5) });
      for (const [lead, follow] of [
        ['S1', 'H1'],
        ['S2', 'H2'],
      ] as const) {
        hub.lead.create(lead, 's4');
        hub.follow.create(follow, 's4');
        hub.follow.link(follow, lead);
      }
      await hub.run(HOUR_MS);
      hub.follow.merge([...ids], 'H3');
      await hub.run(HOUR_MS);
      hub.lead.move('S1', 's6');
      hub.lead.move('S2', 's6');
      await hub.run(2 * HOUR_MS);
      expect(seen(hub), ids.join()).toMatchObject({ invitations: 2, live: 2, voids: 0 });
    }
  });

  it('of a linked record with one that acted alone brings no second contract', async () => {
    for (const ids of [
      ['H1', 'H2'],
      ['H2', 'H1'],
    ] as const) {
      const hub = await followerHasActed();
      hub.lead.create('S2', 's4');
      hub.follow.create('H2', 's4');
      hub.follow.link('H2', 'S2');
      await hub.run(HOUR_MS);
      hub.follow.merge([...ids], 'H3');
      await hub.run(HOUR_MS);
      hub.lead.move('S2', 's6');
      await hub.run(2 * HOUR_MS);
      expect(seen(hub), ids.join()).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    }
  });
});

describe('a record that is linked anew', () => {
  it('joins no two opportunities: both go on, and a person is told', async () => {
    const hub = createTwinWorld({ random: seededRandom(5) });
    hub.lead.create('S1', 's4');
    hub.lead.create('S2', 's4');
    hub.follow.create('H1', 's4');
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    hub.follow.link('H1', 'S2');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.lead.move('S2', 's6');
    await hub.run(2 * HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2, voids: 0 });
    const second = (await hub.store.resolveAlias(LEAD, 'S2')) ?? '';
    expect(await codesOf(hub, second)).toContain('twin.links-disagree');
    expect(hub.failures).toEqual([]);
  });
});

describe('a deal that went into another one', () => {
  it('tells of its contract when it is signed, because nothing follows it', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { graceMs: MINUTE_MS } });
    hub.lead.create('S1', 's4');
    hub.follow.create('H1', 's4');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    const loser = hub.esign.envelopes.find(({ spec }) => spec.contractRef === `${FOLLOW}.H1/1`);
    hub.sign(loser?.envelopeId ?? '');
    await hub.run(HOUR_MS);
    expect(toldOn(hub, 'H1')).toContain('files, stage and tasks do not follow by themselves');
  });

  it('says of both contracts what nobody else would, also when the process dies while it joins them', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { graceMs: MINUTE_MS } });
    hub.lead.create('S1', 's4');
    hub.follow.create('H1', 's4');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    hub.dieOnce('moveAlias');
    hub.follow.link('H1', 'S1');
    await hub.run(2 * HOUR_MS);
    expect(await codesOf(hub, `${LEAD}.S1`)).toContain('twin.two-contracts');
  });

  it('waits for nothing any more, so that nobody is woken for it', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    hub.follow.create('H1', 's6');
    await hub.run(5 * MINUTE_MS);
    expect(await codesOf(hub, `${FOLLOW}.H1`)).toContain('twin.waits-for-link');
    hub.lead.create('S1', 's6');
    await hub.run(MINUTE_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    expect(await codesOf(hub, `${FOLLOW}.H1`)).not.toContain('twin.waits-for-link');
    expect(seen(hub)).toMatchObject({ invitations: 1 });
  });
});

describe('the record that leads', () => {
  it('is read when the link names it, before anybody is told that it is missing', async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const hub = createTwinWorld({ random: seededRandom(seed) });
      hub.follow.create('H1', 's6');
      await hub.run(2 * MINUTE_MS);
      const { onChange } = hub.lead;
      hub.lead.onChange = () => {};
      hub.lead.create('S1', 's6');
      hub.lead.onChange = onChange;
      hub.follow.link('H1', 'S1');
      await hub.run(HOUR_MS);
      expect(seen(hub), `seed ${seed}`).toMatchObject({ invitations: 1, live: 1 });
      expect(toldOn(hub, 'H1') + toldOn(hub, 'S1'), `seed ${seed}`).toBe('');
      expect(await codesOf(hub, `${FOLLOW}.H1`), `seed ${seed}`).not.toContain('twin.leading-unread');
    }
  });

  it('may be deleted without a void, as long as the deal has another record', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.link('H1', 'S1');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(MINUTE_MS);
    hub.lead.remove('S1');
    hub.reconcileEvery(5 * MINUTE_MS);
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    const dealId = (await hub.store.resolveAlias(LEAD, 'S1')) ?? '';
    expect(await codesOf(hub, dealId)).toContain('twin.leading-gone');
  });
});

describe('a claim', () => {
  it('that went to another deal stops whoever lost it', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    hub.lead.create('S1', 's5');
    await hub.run(MINUTE_MS);
    await hub.store.claimRecord(LEAD, 'S1', { dealId: `${FOLLOW}.H1`, leading: LEAD });
    hub.lead.move('S1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 0 });
  });

  it('puts a deal right whose state says that another record leads', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    await hub.run(MINUTE_MS);
    hub.dieOnce('saveDeal');
    hub.follow.link('H1', 'S1');
    await hub.run(MINUTE_MS);
    const dealId = (await hub.store.resolveAlias(LEAD, 'S1')) ?? '';
    const deal = await hub.store.loadDeal(dealId);
    if (deal === undefined) throw new Error('no deal');
    await hub.store.saveDeal({ ...deal, leading: { connectionId: FOLLOW, recordId: 'H1' } });
    await hub.store.claimRecord(FOLLOW, 'H1', { dealId, leading: LEAD });
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(2 * HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1 });
    expect((await hub.store.loadDeal(dealId))?.leading.connectionId).toBe(LEAD);
  });
});
