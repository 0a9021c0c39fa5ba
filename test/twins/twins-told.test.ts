import { describe, expect, it } from 'vitest';
import type { CrmSignal, RecordLifecycle } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { absorbDeal } from '../../src/flows/twins/absorb-deal.ts';
import { linkSignal } from '../../src/flows/twins/link-signal.ts';
import { ProcessDied } from '../fakes/mortal.ts';
import { seededRandom } from '../journeys/seeded-random.ts';
import type { RecordCrm } from './record-crm.ts';
import { createTwinWorld, FOLLOW, LEAD, MINUTE_MS, seen, type TwinWorld } from './twin-world.ts';

const HOUR_MS = 60 * MINUTE_MS;

const codesOf = async (hub: TwinWorld, dealId: string): Promise<readonly string[]> =>
  (await hub.store.loadDealItems(dealId)).standing.flatMap(({ reason, remedy }) =>
    remedy === undefined ? [] : [reason.code],
  );

function silently(crm: RecordCrm, change: () => void): void {
  const { onChange } = crm;
  crm.onChange = () => {};
  change();
  crm.onChange = onChange;
}

function mergedInto(recordId: string, hub: TwinWorld): RecordLifecycle {
  return {
    ...{ v: 1, kind: 'lifecycle', id: `l/${recordId}`, connectionId: FOLLOW, recordId, what: 'merged' },
    ...{ atMs: hub.clock.nowMs(), intoRecordId: 'H3' },
  };
}

const tell = (hub: TwinWorld, signal: CrmSignal, parts = hub.parts) =>
  recordCrmSignals([signal], { deliveryId: 'd', traceId: 't', receivedAtMs: hub.clock.nowMs() }, parts);

describe('a merge of which the surviving record is not stored yet', () => {
  it('waits for it, so that nothing that went along is lost', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { leading: FOLLOW } });
    for (const [lead, follow] of [
      ['S1', 'H1'],
      ['S2', 'H2'],
    ] as const) {
      hub.lead.create(lead, 's4');
      hub.follow.create(follow, 's4');
      hub.follow.link(follow, lead);
    }
    await hub.run(HOUR_MS);
    // Somebody has named the new record, and died before its deal was written.
    await hub.store.claimAlias(FOLLOW, 'H3', `${FOLLOW}.H3`);
    hub.follow.merge(['H1', 'H2'], 'H3');
    await hub.run(MINUTE_MS);
    expect(await hub.store.loadDeal(`${FOLLOW}.H3`)).toBeUndefined();
    hub.follow.move('H3', 's5');
    await hub.run(HOUR_MS);
    const deal = await hub.store.loadDeal((await hub.store.resolveAlias(LEAD, 'S2')) ?? '');
    expect(deal?.lanes.map(({ recordId }) => recordId).sort()).toEqual(['H1', 'H2', 'H3', 'S1', 'S2']);
    expect(hub.failures).toEqual([]);
  });
});

describe('a contract of a deal that went into one that goes into a third', () => {
  it('is told of beside the one that the third has', async () => {
    const hub = createTwinWorld({ random: seededRandom(11) });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.create('H2', 's4');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2 });
    // H2 is told first: its deal goes on as that of H3, and the one of H1 goes into it.
    hub.follow.merge(['H2', 'H1'], 'H3');
    await hub.run(MINUTE_MS);
    expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.mergedInto).toBe(`${FOLLOW}.H2`);
    hub.follow.link('H3', 'S1');
    await hub.run(HOUR_MS);
    expect((await hub.store.loadDeal(`${FOLLOW}.H2`))?.mergedInto).toBe(`${LEAD}.S1`);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2, voids: 0 });
    expect(await codesOf(hub, `${LEAD}.S1`)).toContain('twin.two-contracts');
    const told = hub.lead.records.get('S1')?.tasks.map(({ body }) => body) ?? [];
    const about = told.find((body) => body.includes('turned out to be the same deal, and both have a contract'));
    expect(about).toContain('(deal crm-lead.S1)');
    expect(about).toContain('(deal crm-follow.H1)');
  });
});

describe('a link that was followed by halves', () => {
  it('is refused and told of when the deal has got another opportunity since', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    const dealId = (await hub.store.resolveAlias(LEAD, 'S1')) ?? '';
    // Somebody has given the other record this deal's name, and died before it was joined.
    await hub.store.claimAlias(LEAD, 'S2', dealId);
    const [from, to] = [
      { connectionId: FOLLOW, recordId: 'H1' },
      { connectionId: LEAD, recordId: 'S2' },
    ];
    await tell(hub, linkSignal(from, to, hub.clock.nowMs()));
    expect(await codesOf(hub, dealId)).toContain('twin.links-disagree');
    expect((await hub.store.loadDeal(dealId))?.lanes.map(({ recordId }) => recordId).sort()).toEqual(['H1', 'S1']);
  });
});

describe('a merge that was followed by halves', () => {
  it('is followed to its end although the record that lives on has gone into another deal meanwhile', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { graceMs: MINUTE_MS } });
    hub.lead.create('S1', 's5');
    hub.follow.create('H2', 's5');
    hub.follow.create('H3', 's5');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H2', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2 });
    const merged = mergedInto('H2', hub);
    const saveDeal: TwinWorld['store']['saveDeal'] = (deal) =>
      deal.mergedInto === undefined ? hub.store.saveDeal(deal) : Promise.reject(new ProcessDied());
    const dying = tell(hub, merged, { ...hub.parts, store: { ...hub.store, saveDeal } });
    await expect(dying).rejects.toBeInstanceOf(ProcessDied);
    await tell(hub, linkSignal({ connectionId: FOLLOW, recordId: 'H3' }, { connectionId: LEAD, recordId: 'S1' }, 0));
    expect((await hub.store.loadDeal(`${FOLLOW}.H3`))?.mergedInto).toBe(`${LEAD}.S1`);
    await tell(hub, merged);
    await hub.run(HOUR_MS);
    expect((await hub.store.loadDeal(`${FOLLOW}.H2`))?.mergedInto).toBe(`${LEAD}.S1`);
    expect(await codesOf(hub, `${FOLLOW}.H2`)).toContain('deal.merged');
    expect(await hub.store.resolveAlias(FOLLOW, 'H2')).toBe(`${LEAD}.S1`);
  });
});

describe('a contract that is held because its twin has one', () => {
  it('is on the list of holds again once something else that held it is over', async () => {
    const sync = { leading: FOLLOW, graceMs: MINUTE_MS };
    const hub = createTwinWorld({ random: seededRandom(7), sync, approval: 'hub' });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    await hub.run(HOUR_MS);
    await hub.approveAll();
    await hub.run(MINUTE_MS);
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    await hub.approveAll();
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, drafts: 1 });
    const heldBy = async () => {
      const { standing } = await hub.store.loadDealItems(`${FOLLOW}.H1`);
      return standing.find(({ subject }) => subject === 'contract/1')?.reason.code;
    };
    expect(await heldBy()).toBe('twin.contract-elsewhere');

    silently(hub.follow, () => hub.follow.move('H1', 's7'));
    await expect(ensureContract(`${FOLLOW}.H1`, 't', hub.parts)).rejects.toMatchObject({
      code: 'contract.looks-again',
    });
    expect(await heldBy()).toBe('stage.moved-on');
    await hub.run(HOUR_MS);
    expect(await heldBy()).toBe('twin.contract-elsewhere');
    expect(await codesOf(hub, `${FOLLOW}.H1`)).toContain('twin.contract-elsewhere');
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, drafts: 1 });
  });
});

describe('two deals of which the followers became one record', () => {
  it('stay two, and people hear of it on both', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { leading: FOLLOW } });
    // The other CRM has acted alone, so its record goes on leading.
    hub.lead.create('S1', 's5');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    await hub.run(HOUR_MS);
    for (const [record, other] of [
      ['H1', 'S1'],
      ['H2', 'S2'],
    ] as const) {
      if (other === 'S2') hub.lead.create('S2', 's5');
      hub.follow.create(record, 's5');
      hub.follow.link(record, other);
      await hub.run(MINUTE_MS);
    }
    hub.follow.move('H2', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2 });
    hub.follow.merge(['H2', 'H1'], 'H3');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2, voids: 0 });
    expect(await codesOf(hub, `${LEAD}.S1`)).toContain('twin.links-disagree');
    expect(await codesOf(hub, `${FOLLOW}.H2`)).toContain('twin.links-disagree');
    const told = [hub.lead, hub.follow].map((crm) =>
      [...crm.records.values()].flatMap(({ tasks }) => tasks.map(({ body }) => body)),
    );
    for (const bodies of told) {
      expect(bodies.join('\n')).toContain(
        'which follows in crm-lead.S1, became record H3, which is of crm-follow.H2; the two deals have different records of crm-lead, and nothing was joined',
      );
    }
  });

  it('are told of nothing as long as a link may still join them', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    hub.lead.create('S1', 's5');
    hub.follow.create('H1', 's5');
    hub.follow.create('H2', 's5');
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    await hub.run(HOUR_MS);
    hub.follow.merge(['H2', 'H1'], 'H3');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 1, live: 1, voids: 0 });
    const dealId = (await hub.store.resolveAlias(LEAD, 'S1')) ?? '';
    expect(await hub.store.resolveAlias(FOLLOW, 'H3')).toBe(dealId);
    expect(await codesOf(hub, dealId)).toEqual([]);
  });
});

describe('a deal that goes into another one while a third goes into it', () => {
  it('takes that one along, and a person hears of an opportunity that nobody follows', async () => {
    const hub = createTwinWorld({ random: seededRandom(7) });
    // It has acted alone, so it goes on leading when its opportunity is found.
    hub.follow.create('H1', 's5');
    await hub.run(HOUR_MS);
    hub.follow.move('H1', 's6');
    await hub.run(HOUR_MS);
    for (const [record, other] of [
      ['H1', 'S1'],
      ['H2', 'S2'],
    ] as const) {
      hub.lead.create(other, 's5');
      if (record === 'H2') hub.follow.create('H2', 's5');
      hub.follow.link(record, other);
      await hub.run(MINUTE_MS);
    }
    hub.follow.create('H3', 's5');
    await hub.run(HOUR_MS);
    const [going, staying] = [`${FOLLOW}.H3`, (await hub.store.resolveAlias(LEAD, 'S2')) ?? ''];
    let isFirst = true;
    const saveDeal: TwinWorld['store']['saveDeal'] = async (deal) => {
      const saved = await hub.store.saveDeal(deal);
      if (isFirst && deal.dealId === staying) {
        isFirst = false;
        await tell(hub, mergedInto('H1', hub));
        expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.mergedInto).toBe(going);
      }
      return saved;
    };
    const deal = await absorbDeal(staying, going, { ...hub.parts, store: { ...hub.store, saveDeal } });
    expect(deal.lanes.map(({ recordId }) => recordId).sort()).toEqual(['H1', 'H2', 'H3', 'S1', 'S2']);
    expect((await hub.store.loadDeal(going))?.mergedInto).toBe(staying);
    expect(await hub.store.resolveAlias(LEAD, 'S1')).toBe(staying);
    const { standing } = await hub.store.loadDealItems(staying);
    const said = standing.filter(({ remedy }) => remedy !== undefined).map(({ reason }) => reason.sentence);
    expect(said).toContain(
      'crm-lead.S2 and crm-follow.H3 were joined while a third deal went into crm-follow.H3: S1 and S2 of crm-lead are in one deal, and only record S2 of crm-lead is followed',
    );
    expect(said.some((sentence) => sentence.includes('(deal crm-follow.H1)'))).toBe(true);
  });
});

describe('a contract of a deal that goes into another one because its record became another one', () => {
  async function twoContracts(): Promise<TwinWorld> {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { leading: FOLLOW } });
    hub.follow.create('H1', 's5');
    hub.follow.create('H2', 's5');
    await hub.run(HOUR_MS);
    hub.follow.move('H1', 's6');
    hub.follow.move('H2', 's6');
    await hub.run(HOUR_MS);
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 2 });
    return hub;
  }
  const bothToldOn = async (hub: TwinWorld): Promise<string | undefined> => {
    const { standing } = await hub.store.loadDealItems(`${FOLLOW}.H2`);
    return standing.find(({ reason }) => reason.code === 'twin.two-contracts')?.reason.sentence;
  };

  it('is told of although the process died once the record went by the other name', async () => {
    const hub = await twoContracts();
    silently(hub.follow, () => hub.follow.merge(['H2', 'H1'], 'H3'));
    await tell(hub, mergedInto('H2', hub));
    const told = mergedInto('H1', hub);
    const publish = () => Promise.reject(new ProcessDied());
    await expect(tell(hub, told, { ...hub.parts, bus: { publish } })).rejects.toBeInstanceOf(ProcessDied);
    expect(await hub.store.resolveAlias(FOLLOW, 'H1')).toBe(`${FOLLOW}.H2`);
    await hub.run(6 * MINUTE_MS);
    await tell(hub, told);
    await hub.run(MINUTE_MS);
    expect(await bothToldOn(hub)).toContain('(deal crm-follow.H1)');
    const bodies = hub.follow.records.get('H3')?.tasks.map(({ body }) => body) ?? [];
    expect(bodies.join('\n')).toContain('turned out to be the same deal, and both have a contract');
  });

  it('is told of although it was signed before', async () => {
    const hub = await twoContracts();
    const first = hub.esign.envelopes.find(({ spec }) => spec.contractRef === `${FOLLOW}.H1/1`);
    hub.sign(first?.envelopeId ?? '');
    await hub.run(HOUR_MS);
    hub.follow.merge(['H2', 'H1'], 'H3');
    hub.reconcileEvery(5 * MINUTE_MS);
    await hub.run(HOUR_MS);
    expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.mergedInto).toBe(`${FOLLOW}.H2`);
    expect(await bothToldOn(hub)).toContain('(deal crm-follow.H1)');
    expect(await bothToldOn(hub)).toContain('(deal crm-follow.H2)');
    expect(seen(hub)).toMatchObject({ invitations: 2, live: 1, signed: 1, voids: 0 });
  });

  it('is told of although it is one that went into that deal before', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { leading: FOLLOW }, early: 'solutioning' });
    hub.lead.create('S1', 's5');
    hub.follow.create('H2', 's5');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H2', 's6');
    await hub.run(HOUR_MS);
    // It has tasks, so it is the one that goes on when the two are linked.
    hub.follow.create('H1', 's3');
    await hub.run(HOUR_MS);
    hub.follow.link('H1', 'S1');
    await hub.run(HOUR_MS);
    expect((await hub.store.loadDeal(`${LEAD}.S1`))?.mergedInto).toBe(`${FOLLOW}.H1`);
    hub.follow.merge(['H2', 'H1'], 'H3');
    hub.reconcileEvery(5 * MINUTE_MS);
    await hub.run(HOUR_MS);
    expect((await hub.store.loadDeal(`${FOLLOW}.H1`))?.mergedInto).toBe(`${FOLLOW}.H2`);
    expect(await bothToldOn(hub)).toContain('(deal crm-lead.S1)');
    expect(await bothToldOn(hub)).toContain('(deal crm-follow.H2)');
  });

  it('is told of although that one went on to a third just then', async () => {
    const hub = createTwinWorld({ random: seededRandom(7), sync: { graceMs: MINUTE_MS } });
    hub.lead.create('S1', 's5');
    hub.follow.create('H2', 's5');
    hub.follow.create('H3', 's5');
    await hub.run(HOUR_MS);
    hub.lead.move('S1', 's6');
    hub.follow.move('H2', 's6');
    await hub.run(HOUR_MS);
    const [going, staying] = [`${FOLLOW}.H3`, `${LEAD}.S1`];
    const merged = mergedInto('H2', hub);
    const dies: TwinWorld['store']['saveDeal'] = (deal) =>
      deal.mergedInto === undefined ? hub.store.saveDeal(deal) : Promise.reject(new ProcessDied());
    const dying = tell(hub, merged, { ...hub.parts, store: { ...hub.store, saveDeal: dies } });
    await expect(dying).rejects.toBeInstanceOf(ProcessDied);
    // The other process has said what it knows of contracts when the merge is followed to its end.
    let isFirst = true;
    const saveDeal: TwinWorld['store']['saveDeal'] = async (deal) => {
      if (isFirst && deal.mergedInto !== undefined) {
        isFirst = false;
        await tell(hub, merged);
      }
      return hub.store.saveDeal(deal);
    };
    await absorbDeal(staying, going, { ...hub.parts, store: { ...hub.store, saveDeal } });
    hub.reconcileEvery(5 * MINUTE_MS);
    await hub.run(HOUR_MS);
    expect((await hub.store.loadDeal(`${FOLLOW}.H2`))?.mergedInto).toBe(going);
    const { standing } = await hub.store.loadDealItems(staying);
    const said = standing.find(({ reason }) => reason.code === 'twin.two-contracts')?.reason.sentence;
    expect(said).toContain('(deal crm-lead.S1)');
    expect(said).toContain('(deal crm-follow.H2)');
  });

  it('is told of once, where its own deal has said so', async () => {
    const hub = await twoContracts();
    hub.follow.merge(['H2', 'H1'], 'H3');
    hub.reconcileEvery(5 * MINUTE_MS);
    await hub.run(HOUR_MS);
    expect(await codesOf(hub, `${FOLLOW}.H1`)).toEqual(['deal.merged']);
    expect(await bothToldOn(hub)).toBeUndefined();
  });
});
