import { expect, it } from 'vitest';
import { createMemoryWorld, DEAL_ID } from '../../test/fakes/memory-world.ts';
import { holdDecision } from './hold-decision.ts';

const reason = { code: 'stage.disputed', sentence: 'the CRM was seen in another stage' };
const held = { subject: 'contract/1', reason, remedy: 'nothing to do' };

it('asks the CRM when it contradicts the record, ever more rarely while it goes on', async () => {
  const world = createMemoryWorld();
  await world.enter('s6');
  const minutes: number[] = [];
  for (let second = 0; second < 3600; second += 10) {
    const before = world.inbox.bodies().length;
    await holdDecision(DEAL_ID, held, 't', world.parts());
    if (world.inbox.bodies().length > before) minutes.push(Math.floor(second / 60));
    world.clock.advance(10_000);
  }
  expect(minutes).toEqual([0, 0, 0, 0, 1, 2, 5, 10, 21, 36, 51]);
});

it('asks at once when the contradiction is another one', async () => {
  const world = createMemoryWorld();
  await world.enter('s6');
  await holdDecision(DEAL_ID, held, 't', world.parts());
  const other = { ...held, reason: { ...reason, sentence: 'the CRM was seen in a third stage' } };
  await holdDecision(DEAL_ID, other, 't', world.parts());
  expect(world.inbox.bodies()).toHaveLength(2);
});
