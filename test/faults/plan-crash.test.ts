import { describe, expect, it } from 'vitest';
import { isHubError } from '../../src/domain/errors.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { type Mortality, ProcessDied } from '../fakes/mortal.ts';
import { testPlay } from '../fakes/test-config.ts';

const HOUR_MS = 3_600_000;
const plays = { plays: [testPlay({ needsSignedContract: false })] };

async function run(world: MemoryWorld, mortality?: Mortality): Promise<void> {
  await world.enter('s7');
  await ensurePlans(DEAL_ID, 't', world.parts(mortality));
}

async function untilQuiet(world: MemoryWorld): Promise<void> {
  for (let wake = 0; wake < 6; wake += 1) {
    world.clock.advance(HOUR_MS);
    try {
      await ensurePlans(DEAL_ID, 't', world.parts());
      return;
    } catch (error) {
      if (!isHubError(error)) throw error;
    }
  }
  throw new Error('the plan never came to rest');
}

describe('a process that dies while it creates tasks', () => {
  for (const when of ['before', 'after'] as const) {
    it(`leaves each task exactly once, wherever it dies (${when} a call takes effect)`, async () => {
      const counting: Mortality = { calls: 0, diesAt: 0, when, dead: false };
      await run(createMemoryWorld(plays), counting);
      expect(counting.calls).toBeGreaterThan(15);
      for (let diesAt = 1; diesAt <= counting.calls; diesAt += 1) {
        const world = createMemoryWorld(plays);
        const death = run(world, { calls: 0, diesAt, when, dead: false });
        await expect(death).rejects.toBeInstanceOf(ProcessDied);
        // Whoever was woken until now has looked, and found what was there until now.
        await ensureWrittenBack(DEAL_ID, 't', world.parts());
        const heard = world.bus.events.length;
        await untilQuiet(world);
        if (world.bus.events.length > heard) await ensureWrittenBack(DEAL_ID, 't', world.parts());
        expect(world.crm.fields, `died ${when} call ${diesAt}`).toEqual({
          stagepost_onboarding_status: '2 tasks created',
        });
        const created = world.crm.tasks.map(({ title, ownerId }) => ({ title, ownerId }));
        expect(created, `died ${when} call ${diesAt}`).toEqual([
          { title: 'Kick off Northwind rollout', ownerId: '502' },
          { title: 'Train the team', ownerId: '501' },
        ]);
        const { tasks } = await world.store.loadDealItems(DEAL_ID);
        expect(tasks.map(({ taskKey, state }) => `${taskKey} ${state}`).sort()).toEqual([
          'kickoff done',
          'training done',
        ]);
      }
    });
  }

  it('does not double a task when the embedded hub is killed and starts again at once', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    // The CRM shows a new task by the deal's associations only after nine seconds.
    const bornAtMs = world.clock.nowMs();
    const late = (createTask: typeof world.crm.port.createTask) => ({
      ...world.crm.port,
      createTask,
      findTasks: async (recordId: string, keys: readonly string[]) =>
        world.clock.nowMs() - bornAtMs < 9_000 ? [] : world.crm.port.findTasks(recordId, keys),
    });
    const killed = late(async (recordId, task) => {
      await world.crm.port.createTask(recordId, task);
      throw new ProcessDied();
    });
    const first = ensurePlans(DEAL_ID, 't', { ...world.parts(), epoch: 'first', crm: () => killed });
    await expect(first).rejects.toBeInstanceOf(ProcessDied);
    world.clock.advance(3_000);
    const living = late(world.crm.port.createTask);
    const again = () => ensurePlans(DEAL_ID, 't', { ...world.parts(), epoch: 'second', crm: () => living });
    // The longest call (15 s) and the time to show it (10 s), from when the call began.
    await expect(again()).rejects.toMatchObject({ code: 'task.outcome-unknown', retry: { afterMs: 22_000 } });
    world.clock.advance(22_000);
    await again();
    expect(world.crm.tasks.map(({ title }) => title).sort()).toEqual(['Kick off Northwind rollout', 'Train the team']);
  });

  it('does not create a task again that a person has deleted', async () => {
    const world = createMemoryWorld(plays);
    await run(world);
    world.crm.tasks.length = 0;
    world.clock.advance(HOUR_MS);
    await ensurePlans(DEAL_ID, 't', world.parts());
    expect(world.crm.tasks).toEqual([]);
  });
});
