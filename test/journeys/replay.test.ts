import { afterAll, beforeAll, expect, it } from 'vitest';
import { playJourney } from '../../src/local/play/journey.ts';
import { readBack } from '../../src/local/play/read-back.ts';
import { dealIdOf, type Stand, startStand } from './hub-stand.ts';
import { act } from './signed-webhook.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

/** What the providers hold after the day, down to the last e-mail. */
function outside(recordId: string) {
  return {
    envelopes: stand.esign.envelopes(),
    mails: stand.esign.mails(),
    deal: stand.crm.deal(recordId),
    tasks: stand.crm.allTasks(),
  };
}

it('a whole day of deliveries told once more, in reverse, changes nothing outside and no entry', async () => {
  const played = await playJourney(stand.hub, () => {});
  await stand.whenQuiet();
  const before = outside(played.recordId);
  const items = await stand.hub.store.loadDealItems(dealIdOf(played.recordId));
  const day = [...stand.inboxMessages];
  // Nine stages and thirteen steps of the envelope; more, because the hub reads back what it wrote.
  expect(day.length).toBeGreaterThan(21);

  for (const body of day.toReversed()) await stand.hub.cloud.queue('inbox').send(body);
  await stand.whenQuiet();
  expect(outside(played.recordId)).toEqual(before);
  const after = await stand.hub.store.loadDealItems(dealIdOf(played.recordId));
  expect(after.deal?.lanes).toEqual(items.deal?.lanes);
  expect(after.contracts.map(({ n, state }) => [n, state])).toEqual([[1, 'completed']]);

  await act(stand, `/deals/${dealIdOf(played.recordId)}/retry`);
  await stand.whenQuiet();
  expect(outside(played.recordId)).toEqual(before);
  expect(readBack(stand.hub, played).problems).toEqual([]);
});
