import { expect, it } from 'vitest';
import type { StageTransition } from '../../src/domain/signals.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { createMemoryWorld, DEAL_ID } from '../fakes/memory-world.ts';

function transition(stageId: string, enteredAtMs: number): StageTransition {
  return {
    v: 1,
    kind: 'transition',
    id: `t/crm-main/42/${stageId}/${enteredAtMs}`,
    connectionId: 'crm-main',
    recordId: '42',
    pipelineId: 'main',
    stageId,
    granularityMs: 1,
    enteredAtMs,
  };
}

it('a history that is told whole every time has only what is new in it written', async () => {
  const world = createMemoryWorld();
  const startMs = world.clock.nowMs();
  const [first, second, third] = [
    transition('s1', startMs - 3000),
    transition('s2', startMs - 2000),
    transition('s3', startMs - 1000),
  ];
  const written: string[] = [];
  const parts = world.parts();
  const watched: typeof parts = {
    ...parts,
    store: {
      ...parts.store,
      putSignal: (signal) => {
        written.push(signal.signal.id);
        return parts.store.putSignal(signal);
      },
    },
  };
  const origin = { deliveryId: 'd', traceId: 't', receivedAtMs: startMs };

  await recordCrmSignals([first, second], origin, watched);
  expect(written).toEqual([first.id, second.id]);
  written.length = 0;
  await recordCrmSignals([first, second, third], origin, watched);
  expect(written).toEqual([third.id]);

  // One that the state holds and that was never finished is finished when it is told again.
  const dying: typeof parts = {
    ...watched,
    store: { ...watched.store, putSignal: () => Promise.reject(new Error('killed')) },
  };
  const fourth = transition('s4', startMs - 500);
  const fifth = transition('s5', startMs - 400);
  await expect(recordCrmSignals([fourth], origin, dying)).rejects.toThrow('killed');
  expect(await parts.store.hasSignal(DEAL_ID, fourth.id)).toBe(false);
  written.length = 0;
  await recordCrmSignals([third, fourth, fifth], origin, watched);
  expect(written).toEqual([fourth.id, fifth.id]);
});
