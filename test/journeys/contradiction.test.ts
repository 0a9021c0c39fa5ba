import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, sentDeal, startStand } from './hub-stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

/** Messages that wait or are worked on, in all queues. */
function messages(): number {
  const queues = [...stand.hub.cloud.queues.values()].filter(({ name }) => !name.endsWith('-dead'));
  return queues.reduce((sum, queue) => sum + queue.bodies().length, 0);
}

it('a CRM whose history contradicts its stage is asked again without messages growing in number', async () => {
  const { id } = await sentDeal(stand);
  // Two moves in one and the same millisecond: the history does not say which of them was the last.
  const atMs = stand.clock.nowMs();
  stand.crm.moveDeal(id, 'Implementation', { atMs });
  stand.crm.moveDeal(id, 'Procurement', { atMs });
  const reads = () => stand.crm.requests.list().filter(({ path }) => path.endsWith(`/deals/${id}`)).length;
  const putBack = () => stand.hub.cloud.calls()['sqs.ChangeMessageVisibility'] ?? 0;
  const [readsBefore, putBackBefore] = [reads(), putBack()];
  await until('it is quiet, or the deal was looked at 30 times', async () => {
    const { deal } = await stand.items(id);
    const isRecorded = deal?.lanes[0]?.transitions.length === 3;
    return isRecorded && (stand.hub.host.isQuiet() || putBack() - putBackBefore >= 30) ? true : undefined;
  });
  expect(messages()).toBeLessThan(10);
  expect(reads() - readsBefore).toBeLessThan(100);
  expect(envelopesOf(stand, id).map(({ status }) => status)).toEqual(['sent']);
});
