import { describe, expect, it } from 'vitest';
import { createMemoryWorld, type MemoryWorld } from '../../../test/fakes/memory-world.ts';
import { HubError } from '../../domain/errors.ts';
import { checkConnections } from './check-connections.ts';
import type { ReconcileParts } from './reconcile-parts.ts';
import { createRun } from './reconcile-run.ts';
import { reconcileOn } from './test-reconcile.ts';

const MINUTE_MS = 60_000;

type Check = ReturnType<ReconcileParts['crm']>['check'];

async function look(world: MemoryWorld, check: Check = world.crm.port.check): Promise<readonly unknown[]> {
  const { parts } = reconcileOn(world);
  const port = { ...world.crm.port, check };
  const run = createRun('catch-up', parts);
  await checkConnections(run, { ...parts, crm: () => port });
  return [run.report().codes, await noteOf(world, 'crm-main'), await noteOf(world, 'sign-main')];
}

async function noteOf(world: MemoryWorld, connectionId: string): Promise<unknown> {
  return (await world.store.loadConnectionNote(connectionId, 'check'))?.data;
}

const refused = new HubError('crm.unauthorized', 'the key is wrong; put a valid one into the secret', {
  retry: 'never',
});

describe('the look at all accounts', () => {
  it('notes who answers, what refuses, and since when it has been so', async () => {
    const world = createMemoryWorld();
    const startMs = world.clock.nowMs();
    const signs = { v: 1, ok: true, sinceMs: startMs };
    const answers = { v: 1, ok: true, uniqueTaskKey: false };
    expect(await look(world)).toEqual([
      {},
      { ...answers, atMs: startMs, sinceMs: startMs },
      { ...signs, atMs: startMs },
    ]);

    world.clock.advance(5 * MINUTE_MS);
    const atMs = startMs + 5 * MINUTE_MS;
    const trouble = { v: 1, ok: false, code: refused.code, sentence: refused.message, sinceMs: atMs };
    expect(await look(world, () => Promise.reject(refused))).toEqual([
      { 'crm.unauthorized': 1 },
      { ...trouble, atMs },
      { ...signs, atMs },
    ]);

    world.clock.advance(5 * MINUTE_MS);
    const later = atMs + 5 * MINUTE_MS;
    expect((await look(world, () => Promise.reject(refused)))[1]).toEqual({ ...trouble, atMs: later });

    world.clock.advance(5 * MINUTE_MS);
    const mended = later + 5 * MINUTE_MS;
    expect((await look(world))[1]).toEqual({ ...answers, atMs: mended, sinceMs: mended });
  });

  it('tells another trouble from the one before', async () => {
    const world = createMemoryWorld();
    await look(world, () => Promise.reject(refused));
    world.clock.advance(MINUTE_MS);
    const down = new HubError('crm.unavailable', 'no answer', { retry: { afterMs: 1 } });
    const nowMs = world.clock.nowMs();
    expect((await look(world, () => Promise.reject(down)))[1]).toEqual({
      v: 1,
      ok: false,
      code: 'crm.unavailable',
      sentence: 'no answer',
      atMs: nowMs,
      sinceMs: nowMs,
    });
  });

  it('says in the log which secret is missing', async () => {
    const world = createMemoryWorld();
    const lines: unknown[] = [];
    const gone = new HubError('secrets.missing', 'no secret', { retry: 'never', context: { secret: 'stagepost/crm' } });
    const parts: ReconcileParts = { ...reconcileOn(world).parts, log: (...line) => void lines.push(line) };
    const port = { ...world.crm.port, check: () => Promise.reject(gone) };
    await checkConnections(createRun('catch-up', parts), { ...parts, crm: () => port });
    expect(lines).toEqual([
      [
        'warn',
        'reconcile.failed',
        { connectionId: 'crm-main', key: 'check', code: 'secrets.missing', secret: 'stagepost/crm' },
      ],
    ]);
  });

  it('asks for what differs from account to account', async () => {
    const world = createMemoryWorld();
    const asked: unknown[] = [];
    await look(world, async (...given) => {
      asked.push(...given);
      return { accountId: '1' };
    });
    expect(asked).toEqual([{ learn: true }]);
  });
});
