import { describe, expect, it } from 'vitest';
import { createMemoryWorld, DEAL_ID } from '../../../test/fakes/memory-world.ts';
import type { CrmPort } from '../../crm/crm-port.ts';
import { refreshDeal } from './refresh-deal.ts';
import { drain } from './test-reconcile.ts';

const MINUTE_MS = 60_000;

describe('what a read says of a record that is not there', () => {
  async function known() {
    const world = createMemoryWorld();
    await world.enter('s6');
    const { deal } = world.crm;
    const crm: { -readonly [K in keyof CrmPort]: CrmPort[K] } = world.crm.port;
    const refresh = async () => {
      world.clock.advance(MINUTE_MS);
      await refreshDeal(DEAL_ID, 't', 'history-read', world.parts());
      return (await drain(world)).filter((signal) => signal.kind === 'lifecycle').map(({ id }) => id);
    };
    return { world, crm, deal, refresh };
  }

  it('is nothing when the CRM does not know it at all', async () => {
    const { world, crm, refresh } = await known();
    crm.readDeal = async () => ({ found: false, why: 'unknown' });
    expect([await refresh(), world.inbox.bodies()]).toEqual([[], []]);
  });

  it('is one deletion however often it is read, its return, and another deletion on the same day', async () => {
    const { world, deal, refresh } = await known();
    world.crm.deal = undefined;
    expect(await refresh()).toEqual(['l/crm-main/42/deleted/read-after-0']);
    expect(await refresh()).toEqual([]);
    world.crm.deal = deal;
    expect(await refresh()).toEqual(['l/crm-main/42/restored/read-after-1793610120000']);
    expect(await refresh()).toEqual([]);
    world.crm.deal = undefined;
    expect(await refresh()).toEqual(['l/crm-main/42/deleted/read-after-1793610240000']);
    const lifecycle = (await world.store.loadDeal(DEAL_ID))?.lanes[0]?.lifecycle;
    expect(lifecycle?.map(({ what }) => what)).toEqual(['deleted', 'restored', 'deleted']);
  });

  it('is a merge, once, and no deletion even when it is not known into which record', async () => {
    const { crm, refresh } = await known();
    crm.readDeal = async () => ({ found: false, why: 'merged' });
    expect(await refresh()).toEqual(['l/crm-main/42/merged/read-after-0']);
    crm.readDeal = async () => ({ found: false, why: 'merged', intoRecordId: '99' });
    expect(await refresh()).toEqual(['l/crm-main/42/merged/read-after-1793610120000']);
    crm.readDeal = async () => ({ found: false, why: 'unknown' });
    expect(await refresh()).toEqual([]);
  });

  it('gives the pipeline of today to the present stage and to no older one', async () => {
    const { world } = await known();
    await world.enter('s7');
    world.crm.history = world.crm.history.map(({ pipelineId: _, ...row }) => row);
    await refreshDeal(DEAL_ID, 't', 'history-read', world.parts());
    const rows = (await drain(world)).flatMap((each) => (each.kind === 'transition' ? [each] : []));
    expect(rows.map(({ stageId, pipelineId }) => [stageId, pipelineId])).toEqual([
      ['s6', undefined],
      ['s7', 'main'],
    ]);
  });

  it('gives no pipeline to a history that does not show the present stage yet', async () => {
    const { world } = await known();
    world.crm.history = world.crm.history.map(({ pipelineId: _, ...row }) => row);
    if (world.crm.deal !== undefined) world.crm.deal = { ...world.crm.deal, stageId: 's7', pipelineId: 'other' };
    await refreshDeal(DEAL_ID, 't', 'history-read', world.parts());
    const rows = (await drain(world)).flatMap((each) => (each.kind === 'transition' ? [each] : []));
    expect(rows.map(({ stageId, pipelineId }) => [stageId, pipelineId])).toEqual([['s6', undefined]]);
  });
});
