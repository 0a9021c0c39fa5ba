import { afterEach, describe, expect, it } from 'vitest';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { type Stand, startStand } from './hub-stand.ts';

const RIGHT_END = {
  envelopesSent: 1,
  signed: 3,
  tasksCreated: 10,
  attachments: 2,
  stage: 'Expansion',
  problems: [],
};

describe('the first deal on a bad day', () => {
  let stand: Stand;
  afterEach(() => stand.stop());

  it('ends the same when AWS duplicates, reorders, throttles, refuses, loses answers and lists what was', {
    timeout: 60_000,
  }, async () => {
    stand = await startStand({
      seed: 20260504,
      switches: {
        duplicateMessages: 0.3,
        reorderMessages: 0.3,
        duplicateEvents: 0.3,
        reorderEvents: 0.3,
        refusedEntries: 0.2,
        throttledCalls: 0.04,
        lostAnswers: 0.1,
        staleListings: 0.3,
      },
    });
    const played = await playJourney(stand.hub, () => {});
    await stand.whenQuiet();
    expect(readBack(stand.hub, played)).toEqual(RIGHT_END);
  });

  it('ends the same when both providers repeat, delay, overtake and drop webhooks, limit, fail and lose answers', {
    timeout: 60_000,
  }, async () => {
    stand = await startStand({ seed: 7 });
    const { crm, esign } = stand;
    for (const { faults } of [crm, esign]) {
      faults.add({ kind: 'webhook-duplicate', match: '', probability: 0.5 });
      faults.add({ kind: 'webhook-delay', match: '', probability: 0.3, delayMs: 300 });
      faults.add({ kind: 'webhook-reorder', match: '', probability: 0.3 });
    }
    // What the call asked for is done each time; only nobody is told.
    const lost = { kind: 'accept-then-time-out', delayMs: 20 } as const;
    esign.faults.add({ ...lost, match: 'POST /envelopes', times: 1 });
    esign.faults.add({ ...lost, match: 'PUT /envelopes', times: 1 });
    for (const match of ['POST /crm/v3/objects/tasks', 'POST /crm/v3/objects/notes', 'PATCH /crm/v3/objects/deals']) {
      crm.faults.add({ ...lost, match, times: 2 });
      crm.faults.add({ kind: 'server-error', match, times: 1 });
      crm.faults.add({ kind: 'rate-limit', match, times: 1 });
    }
    crm.faults.add({ kind: 'server-error', match: 'GET /crm/v3/objects/deals', times: 2 });
    crm.faults.add({ kind: 'rate-limit', match: 'GET /crm/v4', times: 2, policyName: 'SECONDLY' });
    crm.faults.add({ ...lost, match: 'POST /files/v3/files', times: 1 });
    esign.faults.add({ kind: 'rate-limit', match: 'POST /envelopes', times: 1 });
    esign.faults.add({ kind: 'server-error', match: 'GET /templates', times: 1 });
    esign.faults.add({ kind: 'server-error', match: 'GET /envelopes', times: 1 });

    const played = await playJourney(stand.hub, () => {});
    await stand.whenQuiet();
    expect(readBack(stand.hub, played)).toEqual(RIGHT_END);
    // Every lost answer, every error was really met: what is left are the webhook faults, which have no end.
    expect(crm.faults.list().map(({ kind }) => kind)).toEqual(['webhook-duplicate', 'webhook-delay', 'webhook-reorder']);
    expect(esign.faults.list().map(({ kind }) => kind)).toEqual([
      'webhook-duplicate',
      'webhook-delay',
      'webhook-reorder',
    ]);
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
    expect(contracts.map(({ n, state, hold }) => [n, state, hold?.code])).toEqual([[1, 'planned', 'contract.field-empty']]);
  });
});
