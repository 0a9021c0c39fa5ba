import { describe, expect, it } from 'vitest';
import { HubError } from '../../src/domain/errors.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { BEN } from '../fakes/fake-crm.ts';
import { createMemoryWorld, DEAL_ID, type MemoryWorld } from '../fakes/memory-world.ts';
import { testPlay } from '../fakes/test-config.ts';

const plays = { plays: [testPlay({ needsSignedContract: false })] };
const MINUTE_MS = 60_000;

function look(world: MemoryWorld, parts: WorkerParts = world.parts()): Promise<void> {
  return ensurePlans(DEAL_ID, 't', parts);
}

/** The CRM with some methods that answer otherwise. */
function withCrm(world: MemoryWorld, changes: Partial<ReturnType<WorkerParts['crm']>>): WorkerParts {
  const port = { ...world.crm.port, ...changes };
  return { ...world.parts(), crm: () => port };
}

/** A CRM that takes no task whose title begins like this. */
function refusing(world: MemoryWorld, start: string, error: HubError): WorkerParts {
  return withCrm(world, {
    createTask: (recordId, task) =>
      task.title.startsWith(start) ? Promise.reject(error) : world.crm.port.createTask(recordId, task),
  });
}

function setMode(world: MemoryWorld, mode: 'observe' | 'rehearse' | 'live'): void {
  const connections = world.config.current.connections.map((each) => ({
    ...each,
    mode,
    rehearseTo: 'ben@example.com',
  }));
  world.config.current = { ...world.config.current, version: world.config.current.version + 1, connections };
}

const titles = (world: MemoryWorld) => world.crm.tasks.map(({ title }) => title);
const woken = (world: MemoryWorld) => world.bus.events.filter(({ detail }) => detail.wants.join() === 'writes').length;

async function decisionOn(world: MemoryWorld, subject: string) {
  const { standing } = await world.store.loadDealItems(DEAL_ID);
  const decision = standing.find((each) => each.subject === subject);
  return decision === undefined
    ? undefined
    : { code: decision.reason.code, sentence: decision.reason.sentence, remedy: decision.remedy };
}

const inactive = new HubError('crm.refused', 'the owner is not active', { retry: 'never' });
const limited = new HubError('crm.rate-limited', 'later', { retry: { afterMs: 1_000 } });

describe('a task that the CRM refuses for good', () => {
  it('waits for a person, who is told once, until it is there', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await look(world, refusing(world, 'Train', inactive));
    const told = {
      code: 'crm.refused',
      sentence: '1 task of plan "onboarding" could not be created ("Train the team"): the owner is not active',
      remedy: 'mend the cause in the CRM or in the play, then `npx stagepost retry` the deal',
    };
    expect(await decisionOn(world, 'plan/onboarding/once/refused')).toEqual(told);
    await ensureWrittenBack(DEAL_ID, 't', world.parts());
    world.clock.advance(MINUTE_MS);
    await look(world, refusing(world, 'Train', inactive));
    await ensureWrittenBack(DEAL_ID, 't', world.parts());
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Waiting for you: 42']);

    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Waiting for you: 42', 'Train the team']);
    expect(await decisionOn(world, 'plan/onboarding/once/refused')).toEqual({
      code: 'plan.refusal-mended',
      sentence: 'the tasks of plan "onboarding" that were refused are created',
      remedy: undefined,
    });
  });
});

it('finds a task again that was created but could not be noted', async () => {
  const world = createMemoryWorld(plays);
  await world.enter('s7');
  const throttled = new HubError('store.unavailable', 'throttled', { retry: { afterMs: 1_000 } });
  const parts = world.parts();
  const store = {
    ...world.store,
    saveTask: (task: Parameters<typeof world.store.saveTask>[0]) =>
      task.state === 'done' ? Promise.reject(throttled) : world.store.saveTask(task),
  };
  await expect(look(world, { ...parts, store })).rejects.toBe(throttled);
  await look(world);
  expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
});

describe('what became of a plan', () => {
  it('is said once, also when a task has to be tried again', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await expect(look(world, refusing(world, 'Train', limited))).rejects.toBe(limited);
    expect(woken(world)).toBe(1);
    await look(world);
    expect(woken(world)).toBe(2);
    await look(world);
    expect(woken(world)).toBe(2);
  });

  it('is said at the next look when the bus refused it', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    const refused = new HubError('bus.unavailable', 'not now', { retry: { afterMs: 1_000 } });
    const parts = { ...world.parts(), bus: { publish: () => Promise.reject(refused) } };
    await expect(look(world, parts)).rejects.toBe(refused);
    expect([titles(world).length, woken(world)]).toEqual([2, 0]);
    await look(world);
    expect([titles(world).length, woken(world)]).toEqual([2, 1]);
  });

  it('is said when the plan pauses', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await look(world);
    await world.enter('s5');
    await look(world);
    await ensureWrittenBack(DEAL_ID, 't', world.parts());
    expect(woken(world)).toBe(2);
    expect(world.crm.fields['stagepost_onboarding_status']).toBe('paused, 2 tasks created');
  });
});

describe('a mode that changes after the plan was made', () => {
  async function halfDone(mode: 'rehearse' | 'live'): Promise<MemoryWorld> {
    const world = createMemoryWorld(plays);
    setMode(world, mode);
    await world.enter('s7');
    await expect(look(world, refusing(world, 'Train', limited))).rejects.toBe(limited);
    return world;
  }

  it('to observe creates nothing more, and says what would be created', async () => {
    const world = await halfDone('live');
    setMode(world, 'observe');
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout']);
    expect(await decisionOn(world, 'plan/onboarding')).toEqual({
      code: 'mode.observe',
      sentence:
        'would create 1 task of plan "onboarding": Train the team (Ada Okafor, 2026-11-11); nothing is created in mode observe',
      remedy: undefined,
    });
    setMode(world, 'live');
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
    expect((await decisionOn(world, 'plan/onboarding'))?.code).toBe('plan.active');
  });

  it('to rehearse holds a live plan, and back to live lets it go on', async () => {
    const world = await halfDone('live');
    setMode(world, 'rehearse');
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout']);
    expect(await decisionOn(world, 'plan/onboarding')).toEqual({
      code: 'plan.mode-changed',
      sentence: 'plan "onboarding" was made in mode live, and the mode is rehearse now: 1 task of it is not created',
      remedy: 'create the tasks that are wanted by hand, or set the mode back to live',
    });
    setMode(world, 'live');
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
  });

  it('to live tells a person that a rehearsed plan leaves the customer without tasks, even when it is complete', async () => {
    const world = await halfDone('rehearse');
    await look(world);
    expect(world.crm.tasks.map(({ ownerId }) => ownerId)).toEqual([BEN.id, BEN.id]);
    setMode(world, 'live');
    await look(world);
    expect(world.crm.tasks).toHaveLength(2);
    expect(await decisionOn(world, 'plan/onboarding')).toEqual({
      code: 'plan.mode-changed',
      sentence:
        'plan "onboarding" was made in mode rehearse, and the mode is live now: its tasks are those of a rehearsal, none is created for the customer',
      remedy: 'create the tasks that are wanted by hand, or set the mode back to rehearse',
    });
  });

  it('leaves a live plan alone that is complete', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await look(world);
    setMode(world, 'rehearse');
    await look(world);
    expect((await decisionOn(world, 'plan/onboarding'))?.code).toBe('plan.due');
  });
});

describe('a CRM that is closed to us', () => {
  const dead = new HubError('crm.unauthorized', 'the token was refused; give crm-main a new one', { retry: 'never' });

  it('stands on the deal with what to do, instead of in the dead-letter queue, until it answers again', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await look(world, withCrm(world, { readDeal: () => Promise.reject(dead) }));
    expect(await decisionOn(world, 'crm/plans')).toEqual({
      code: 'crm.unauthorized',
      sentence: 'no work on tasks is possible: the token was refused; give crm-main a new one',
      remedy: 'mend the cause, then `npx stagepost retry` the deal',
    });
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
    expect(await decisionOn(world, 'crm/plans')).toEqual({
      code: 'crm.answers',
      sentence: 'the CRM can be worked with again',
      remedy: undefined,
    });
  });

  it('of a connection that is not in the configuration any more is a decision too', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    world.config.current = { ...world.config.current, connections: [] };
    await look(world);
    expect((await decisionOn(world, 'crm/plans'))?.code).toBe('crm.connection.unknown');
  });

  it('leaves trouble of the hub itself to its operator', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    const broken = new HubError('config.missing', 'no configuration was ever applied', { retry: 'never' });
    await expect(look(world, { ...world.parts(), config: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});

it('does not ask the CRM when every task is there and that was said', async () => {
  const world = createMemoryWorld(plays);
  await world.enter('s7');
  await look(world);
  let reads = 0;
  const counted = withCrm(world, {
    readDeal: (recordId, properties) => {
      reads += 1;
      return world.crm.port.readDeal(recordId, properties);
    },
  });
  await look(world, counted);
  expect(reads).toBe(0);
});

describe('a task that the CRM says it has already', () => {
  const conflict = new HubError('crm.conflict', 'the CRM already has what should be created', { retry: 'never' });

  /**
   * A CRM that takes no second task with the same key. With `there`, it has the one for the training, and no search
   * shows it before another one was refused.
   */
  function keepingKeysUnique(world: MemoryWorld, there: boolean, findAgain?: () => Promise<never>) {
    const created: string[] = [];
    const searched: (readonly string[])[] = [];
    const { createTask, findTasks } = world.crm.port;
    const parts = withCrm(world, {
      async createTask(recordId, task) {
        created.push(task.title);
        if (!task.title.startsWith('Train')) return createTask(recordId, task);
        if (there) await createTask(recordId, task);
        throw conflict;
      },
      findTasks(recordId, effectKeys) {
        searched.push(effectKeys);
        return searched.length > 1 && findAgain !== undefined ? findAgain() : findTasks(recordId, effectKeys);
      },
    });
    return { parts, created, searched };
  }

  const training = (world: MemoryWorld) => world.store.loadTask(DEAL_ID, 'onboarding/once', 'training');

  it('is that task: nothing is held, and none is created again', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    const { parts, created, searched } = keepingKeysUnique(world, true);
    const saved: unknown[] = [];
    const store: WorkerParts['store'] = {
      ...world.store,
      saveTask(task) {
        if (task.taskKey === 'training') saved.push([task.state, task.hold?.code]);
        return world.store.saveTask(task);
      },
    };
    await look(world, { ...parts, store });
    // Held for not even a moment: whoever looks in between would tell a person.
    expect(saved).toEqual([
      ['planned', undefined],
      ['creating', undefined],
      ['done', undefined],
    ]);
    const task = await training(world);
    expect(task).toMatchObject({ state: 'done', providerTaskId: '2' });
    expect([task?.hold, task?.unknownUntilMs, task?.lease]).toEqual([undefined, undefined, undefined]);
    expect(searched.map((keys) => keys.length)).toEqual([2, 1]);
    expect(searched[1]).toEqual([task?.effectKey]);
    expect(await decisionOn(world, 'plan/onboarding/once/refused')).toBeUndefined();
    await look(world, parts);
    expect(created).toEqual(['Kick off Northwind rollout', 'Train the team']);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
  });

  it('waits for a person like everything that is refused for good when no search finds it, until it is there', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await look(world, keepingKeysUnique(world, false).parts);
    const remedy = 'mend the cause in the CRM or in the play, then `npx stagepost retry` the deal';
    const sentence = 'the CRM already has what should be created';
    const hold = { code: 'crm.conflict', sentence, remedy, sinceMs: world.clock.nowMs() };
    const task = await training(world);
    expect(task).toMatchObject({ state: 'planned', hold });
    expect([task?.providerTaskId, task?.unknownUntilMs]).toEqual([undefined, undefined]);
    expect(await decisionOn(world, 'plan/onboarding/once/refused')).toEqual({
      code: 'crm.conflict',
      sentence: `1 task of plan "onboarding" could not be created ("Train the team"): ${sentence}`,
      remedy,
    });
    expect(titles(world)).toEqual(['Kick off Northwind rollout']);
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
    expect((await training(world))?.hold).toBeUndefined();
  });

  it('is found by the next look when the search for it fails: it is not held, and not created again', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    const { parts, created } = keepingKeysUnique(world, true, () => Promise.reject(limited));
    await expect(look(world, parts)).rejects.toBe(limited);
    expect(await training(world)).toMatchObject({ state: 'creating' });
    expect((await training(world))?.hold).toBeUndefined();
    await look(world);
    expect(await training(world)).toMatchObject({ state: 'done', providerTaskId: '2' });
    expect(created).toEqual(['Kick off Northwind rollout', 'Train the team']);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
  });

  it('is waited for when the search fails and the next one does not show it yet', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    await expect(look(world, keepingKeysUnique(world, true, () => Promise.reject(limited)).parts)).rejects.toBe(
      limited,
    );
    const hidden = withCrm(world, { findTasks: async () => [] });
    await expect(look(world, hidden)).rejects.toMatchObject({
      code: 'task.outcome-unknown',
      retry: { afterMs: 25_000 },
    });
    world.clock.advance(25_000);
    await look(world);
    expect(titles(world)).toEqual(['Kick off Northwind rollout', 'Train the team']);
    expect(await training(world)).toMatchObject({ state: 'done', providerTaskId: '2' });
  });

  it('is not searched for after any other refusal', async () => {
    const world = createMemoryWorld(plays);
    await world.enter('s7');
    let searches = 0;
    const { findTasks } = world.crm.port;
    const parts = withCrm(world, {
      createTask: () => Promise.reject(inactive),
      findTasks(recordId, effectKeys) {
        searches += 1;
        return findTasks(recordId, effectKeys);
      },
    });
    await look(world, parts);
    expect(searches).toBe(1);
    expect((await training(world))?.hold?.code).toBe('crm.refused');
  });
});
