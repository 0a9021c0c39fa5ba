import { afterEach, describe, expect, it } from 'vitest';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { addProviderFaults, BAD_CLOUD, RIGHT_END } from './bad-weather.ts';
import { type Stand, startStand } from './hub-stand.ts';

describe('the first deal on a bad day', () => {
  let stand: Stand;
  afterEach(() => stand.stop());

  it('ends the same when AWS duplicates, reorders, throttles, refuses, loses answers and lists what was', {
    timeout: 60_000,
  }, async () => {
    stand = await startStand({ seed: 20260504, switches: BAD_CLOUD });
    const played = await playJourney(stand.hub, () => {});
    await stand.whenQuiet();
    expect(readBack(stand.hub, played)).toEqual(RIGHT_END);
  });

  it('ends the same when both providers repeat, delay and reorder webhooks, limit, fail and lose answers', {
    timeout: 60_000,
  }, async () => {
    stand = await startStand({ seed: 7, speed: 40 });
    addProviderFaults(stand);
    const played = await playJourney(stand.hub, () => {});
    await stand.whenQuiet();
    expect(readBack(stand.hub, played)).toEqual(RIGHT_END);
    // Every lost answer, every error was really met: what is left are the webhook faults, which have no end.
    const endless = ['webhook-duplicate', 'webhook-delay', 'webhook-reorder'];
    expect(stand.crm.faults.list().map(({ kind }) => kind)).toEqual(endless);
    expect(stand.esign.faults.list().map(({ kind }) => kind)).toEqual(endless);
  });

  it('ends the same when every webhook of a whole day is lost and the reconciler asks instead', {
    timeout: 60_000,
  }, async () => {
    stand = await startStand({ seed: 3 });
    const { crm, hub } = stand;
    crm.switches.set({ webhooks: false });
    const { id } = crm.createDeal({ name: 'Silent deal', stage: 'Negotiation' });
    crm.moveDeal(id, 'Procurement');
    await stand.whenQuiet();
    expect((await stand.items(id)).deal).toBeUndefined();

    // Search shows a change after two seconds.
    await new Promise((resolve) => setTimeout(resolve, 150));
    await expect(hub.host.fire('catch-up')).resolves.toMatchObject({ records: 1, healed: 1 });
    await stand.whenQuiet();
    const { contracts, deal } = await stand.items(id);
    expect(deal?.lanes[0]?.transitions.map(({ stage }) => stage)).toEqual(['negotiation', 'procurement']);
    // No signer in this deal: what matters here is that the contract was wanted at all.
    expect(contracts.map(({ n, state, hold }) => [n, state, hold?.code])).toEqual([
      [1, 'planned', 'contract.field-empty'],
    ]);
  });
});
