import { describe, expect, it } from 'vitest';
import { seededRandom } from '../journeys/seeded-random.ts';
import { createTwinWorld, FOLLOW, LEAD, MINUTE_MS, seen } from './twin-world.ts';

const HOUR_MS = 60 * MINUTE_MS;
const world = (sync = {}) => createTwinWorld({ random: seededRandom(7), sync });
const TASKS = ['Kick off Northwind rollout', 'Train the team'];

describe('one deal with a record in two CRMs', () => {
  it('gets one contract and one set of tasks, led by the one that is to lead', async () => {
    const hub = world();
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    await hub.run(MINUTE_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0, drafts: 0 });

    hub.sign('env-1');
    await hub.run(HOUR_MS);
    expect(hub.lead.stageOf('S1')).toBe('s7');
    expect(hub.follow.stageOf('H1')).toBe('s6');
    expect(seen(hub).tasks).toEqual(TASKS);
    expect(hub.lead.records.get('S1')?.files).toHaveLength(2);
    expect(hub.failures).toEqual([]);
    const deal = await hub.store.loadDeal(`${LEAD}.S1`);
    expect(deal?.lanes.map(({ connectionId, recordId }) => `${connectionId} ${recordId}`).sort()).toEqual([
      'crm-follow H1',
      'crm-lead S1',
    ]);
    expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.mergedInto).toBe(`${LEAD}.S1`);
  });

  it('waits for the link while the follower alone is where a contract is due', async () => {
    const hub = world();
    hub.follow.create('H1', 's5');
    await hub.run(HOUR_MS);
    hub.follow.move('H1', 's6');
    await hub.run(10 * MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 0, drafts: 0 });
    const { standing } = await hub.store.loadDealItems(`${FOLLOW}.H1`);
    expect(standing.map(({ reason }) => reason.sentence)).toContain(
      'no contract: record H1 of crm-follow may have a twin in crm-lead that is not linked yet; nothing is done for it alone before 2026-11-02T10:15Z',
    );
    // Nobody is told of what mends itself.
    expect(hub.follow.records.get('H1')?.tasks).toEqual([]);

    hub.lead.create('S1', 's6');
    await hub.run(MINUTE_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    expect(hub.esign.envelopes[0]?.spec.contractRef).toBe('crm-lead.S1/1');
  });

  it('is a deal of its own, a little later, when it never gets a link', async () => {
    const hub = world();
    hub.follow.create('H1', 's5');
    await hub.run(HOUR_MS);
    hub.follow.move('H1', 's6');
    await hub.run(14 * MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 0 });
    await hub.run(2 * MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
    hub.sign('env-1');
    await hub.run(HOUR_MS);
    expect(hub.follow.stageOf('H1')).toBe('s7');
    expect(seen(hub).tasks).toEqual(TASKS);
  });

  it('does not wait in a pipeline that is not synced', async () => {
    const hub = world({ pipelines: ['another'] });
    hub.follow.create('H1', 's5');
    await hub.run(MINUTE_MS);
    hub.follow.move('H1', 's6');
    await hub.run(MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
  });

  it('does not wait where the leading record comes first and walks through its stages', async () => {
    const hub = world();
    hub.lead.create('S1', 's4');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    await hub.run(MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
  });

  it('finds a twin that names the leading record although nobody told of it', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), webhooks: { maxDelayMs: 0, lost: 1, doubled: 0 } });
    hub.follow.create('H1', 's6');
    hub.lead.create('S1', 's4');
    hub.follow.link('H1', 'S1');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    // Only the leading record's webhook comes through from here on.
    hub.at(0, async () => {
      const { readSeenRecord } = await import('../../src/flows/refresh/read-seen-record.ts');
      await readSeenRecord({ connectionId: LEAD, recordId: 'S1', sinceMs: hub.clock.nowMs() }, 't', hub.parts);
    });
    await hub.run(HOUR_MS);
    const deal = await hub.store.loadDeal(`${LEAD}.S1`);
    expect(deal?.lanes.map(({ recordId }) => recordId).sort()).toEqual(['H1', 'S1']);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1 });
  });

  it('sees the link in the last read before it acts, although nobody told of it', async () => {
    const hub = world();
    hub.lead.create('S1', 's4');
    hub.follow.create('H1', 's4');
    await hub.run(HOUR_MS);
    hub.follow.move('H1', 's6');
    await hub.run(5 * MINUTE_MS);
    const { onChange } = hub.follow;
    hub.follow.onChange = () => {};
    hub.follow.link('H1', 'S1');
    hub.follow.onChange = onChange;
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 0 });
    expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.mergedInto).toBe(`${LEAD}.S1`);
    hub.lead.move('S1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
  });

  it('keeps to what the follower has begun alone, when the link comes after that', async () => {
    const hub = world();
    hub.follow.create('H1', 's5');
    await hub.run(HOUR_MS);
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
    hub.lead.create('S1', 's6');
    await hub.run(MINUTE_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(2 * HOUR_MS);
    hub.sign('env-1');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, signed: 1, live: 0, voids: 0 });
    expect(seen(hub).tasks).toEqual(TASKS);
    const deal = await hub.store.loadDeal(`${FOLLOW}.H1`);
    expect(deal).toMatchObject({ leading: { connectionId: FOLLOW, recordId: 'H1' } });
    expect((await hub.store.loadDeal(`${LEAD}.S1`))?.mergedInto).toBe(`${FOLLOW}.H1`);
  });

  it('shows both contracts and voids nothing when it is found out too late', async () => {
    const hub = world({ graceMs: MINUTE_MS });
    hub.lead.create('S1', 's4');
    hub.follow.create('H1', 's4');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2 });
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2, voids: 0 });
    const sentences = async (dealId: string) =>
      (await hub.store.loadDealItems(dealId)).standing.map(({ reason }) => reason.code);
    expect(await sentences(`${LEAD}.S1`)).toContain('twin.two-contracts');
    expect(await sentences(`${FOLLOW}.H1`)).toContain('twin.two-contracts');
    const told = hub.lead.records.get('S1')?.tasks.map(({ body }) => body) ?? [];
    expect(told.some((body) => body.includes('turned out to be the same deal, and both have a contract'))).toBe(true);
  });

  it('is not voided by what the follower does', async () => {
    const hub = world();
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.link('H1', 'S1');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    await hub.run(MINUTE_MS);
    for (const stage of ['s6', 's3', 's10', 's6']) {
      hub.follow.move('H1', stage);
      await hub.run(MINUTE_MS);
    }
    hub.follow.remove('H1');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    hub.lead.move('S1', 's10');
    await hub.run(MINUTE_MS);
    expect(seen(hub)).toMatchObject({ live: 0, voids: 1 });
  });

  it('lets a merge in the follower move names and nothing else', async () => {
    const hub = world();
    hub.lead.create('S1', 's5');
    hub.lead.create('S2', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.create('H2', 's5');
    hub.follow.link('H1', 'S1');
    hub.follow.link('H2', 'S2');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    hub.lead.move('S2', 's6');
    await hub.run(MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2 });
    hub.follow.merge(['H1', 'H2'], 'H3');
    await hub.run(HOUR_MS);
    // Two opportunities are two deals, whatever the other CRM makes of its records.
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2, voids: 0 });
    const second = await hub.store.loadDeal((await hub.store.resolveAlias(LEAD, 'S2')) ?? '');
    expect(second?.leading).toEqual({ connectionId: LEAD, recordId: 'S2' });
    expect(second).not.toHaveProperty('mergedInto');
    expect(await hub.store.resolveAlias(FOLLOW, 'H3')).toBe(await hub.store.resolveAlias(LEAD, 'S1'));
  });

  it('is held for the predecessor that has the contract, when nobody told of the merge', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { pipelines: ['another'] } });
    hub.follow.create('H1', 's5');
    hub.follow.create('H2', 's5');
    await hub.run(MINUTE_MS);
    hub.follow.move('H1', 's6');
    await hub.run(MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
    const { onChange } = hub.follow;
    hub.follow.onChange = () => {};
    hub.follow.merge(['H1', 'H2'], 'H3');
    hub.follow.onChange = onChange;
    hub.follow.move('H3', 's5');
    await hub.run(MINUTE_MS);
    hub.follow.move('H3', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    const codes = (await hub.store.loadDealItems(`${FOLLOW}.H3`)).standing.map(({ reason }) => reason.code);
    expect(codes).toContain('twin.contract-elsewhere');
  });

  it('says so when the record that leads is never seen', async () => {
    const hub = world();
    hub.follow.create('H1', 's5');
    hub.follow.link('H1', 'S9');
    await hub.run(MINUTE_MS);
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 0 });
    const { standing } = await hub.store.loadDealItems(`${FOLLOW}.H1`);
    expect(standing.map(({ reason }) => reason.code)).toContain('twin.leading-missing');
  });

  it('may be led by the other one', async () => {
    const hub = world({ leading: FOLLOW });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.link('H1', 'S1');
    await hub.run(MINUTE_MS);
    hub.lead.move('S1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 0 });
    hub.follow.move('H1', 's6');
    await hub.run(MINUTE_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1 });
    hub.sign('env-1');
    await hub.run(HOUR_MS);
    expect(hub.follow.stageOf('H1')).toBe('s7');
    expect(seen(hub).tasks).toEqual(TASKS);
  });
});
