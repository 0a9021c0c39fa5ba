import { beforeEach, describe, expect, it } from 'vitest';
import type { Contract } from '../domain/contract.ts';
import type { Decision, Task, WriteBack } from '../domain/plan.ts';
import type { ListPage } from './attention-lists.ts';
import { createHubStore, type HubStore } from './hub-store.ts';
import { createMemoryTable, type MemoryTable } from './memory-table.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
const DAY_MS = 86_400_000;

const base = { v: 1, version: 0, mode: 'live', createdAtMs: NOW_MS, updatedAtMs: NOW_MS } as const;

function contract(dealId: string, more: Partial<Contract> = {}): Contract {
  return {
    ...base,
    dealId,
    n: 1,
    state: 'planned',
    forEntry: 'e-1',
    connectionId: 'ds',
    policy: 'standard',
    configVersion: 1,
    attempts: [],
    recipients: [],
    files: [],
    steps: [],
    seenSignals: [],
    ...more,
  };
}

function decision(dealId: string, more: Partial<Decision> = {}): Decision {
  const reason = { code: 'contract.no-contact', sentence: 'nobody may sign' };
  return { v: 1, dealId, subject: 'contract/1', reason, remedy: 'label a contact', atMs: NOW_MS, ...more };
}

function task(dealId: string, more: Partial<Task> = {}): Task {
  return {
    ...base,
    dealId,
    planKey: 'onboarding/once',
    taskKey: 'kick-off',
    title: 'Kick-off',
    body: '',
    priority: 'high',
    ownerWhy: 'deal owner',
    dueAtMs: NOW_MS,
    dueDate: '2026-11-23',
    after: [],
    connectionId: 'hs',
    recordId: '1',
    state: 'planned',
    effectKey: 'k-1',
    ...more,
  };
}

function write(dealId: string, more: Partial<WriteBack> = {}): WriteBack {
  return { ...base, dealId, key: 'fields', connectionId: 'hs', recordId: '1', state: 'planned', value: 'h', ...more };
}

let table: MemoryTable;
let store: HubStore;
beforeEach(() => {
  table = createMemoryTable({ nowMs: () => NOW_MS });
  store = createHubStore({ table, stageOf: () => 'unknown' });
});

/** Deal ids of all pages, and how many pages there were. */
async function all(
  list: (request: { cursor?: string; limit: number }) => Promise<ListPage<{ readonly dealId: string }>>,
  limit = 3,
) {
  const dealIds: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page: ListPage<{ readonly dealId: string }> = await list({
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    dealIds.push(...page.items.map((item) => item.dealId));
    cursor = page.cursor;
    pages += 1;
  } while (cursor !== undefined);
  return { dealIds: dealIds.sort(), pages };
}

describe('active contracts', () => {
  it('are all listed, page by page over all shards', async () => {
    for (let n = 10; n < 30; n += 1) await store.createContract(contract(`hs.${n}`));
    const { dealIds, pages } = await all((request) => store.listActiveContracts(request));
    expect(dealIds).toEqual(
      '10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29'.split(' ').map((n) => `hs.${n}`),
    );
    expect(pages).toBeGreaterThanOrEqual(7);
  });

  it('are listed while they live and among the ended ones afterwards', async () => {
    const created = await store.createContract(contract('hs.1'));
    if (created === 'conflict') throw new Error('conflict');
    const sent = await store.saveContract({ ...created, state: 'sent' });
    if (sent === 'conflict') throw new Error('conflict');
    const ended = { sinceMs: NOW_MS - DAY_MS, limit: 5 };
    expect((await store.listActiveContracts({ limit: 5 })).items).toEqual([sent]);
    expect((await store.listEndedContracts(ended)).items).toEqual([]);
    const completed = await store.saveContract({ ...sent, state: 'completed' });
    expect((await store.listActiveContracts({ limit: 5 })).items).toEqual([]);
    expect((await store.listEndedContracts(ended)).items).toEqual([completed]);
    expect((await store.listEndedContracts({ ...ended, sinceMs: NOW_MS })).items).toEqual([completed]);
    expect((await store.listEndedContracts({ ...ended, sinceMs: NOW_MS + 1 })).items).toEqual([]);
  });

  it('keep their place in the list through their saves, which would cost two writes each', async () => {
    const created = await store.createContract(contract('hs.1'));
    if (created === 'conflict') throw new Error('conflict');
    const [before] = table.items();
    await store.saveContract({ ...created, state: 'drafting', updatedAtMs: NOW_MS + 5000 });
    expect(table.items()[0]?.listing).toEqual(before?.listing);
  });

  it('that have ended are not believed to be active because the index still says so', async () => {
    await store.createContract(contract('hs.1', { state: 'voided' }));
    const lagging = createHubStore({
      table: {
        ...table,
        queryListing: async (pk) =>
          pk === 'CONTRACTS#active#0' ? [{ pk: 'DEAL#hs.1', sk: 'CONTRACT#1', listing: { pk, sk: 'hs.1#1' } }] : [],
      },
      stageOf: () => 'unknown',
    });
    expect(await lagging.listActiveContracts({ limit: 5 })).toEqual({ items: [] });
  });
});

describe('holds', () => {
  it('are listed while something would mend them', async () => {
    await store.putDecision(decision('hs.1'));
    await store.putDecision(decision('hs.2'));
    await store.putDecision(decision('hs.3', { atMs: NOW_MS - 8 * DAY_MS }));
    const { remedy: _, ...sent } = decision('hs.2', { reason: { code: 'contract.sent', sentence: 'it was sent' } });
    await store.putDecision(sent);
    const since = { sinceMs: NOW_MS - 7 * DAY_MS };
    const rows = table.items().filter(({ listing }) => listing !== undefined);
    expect(rows.map(({ pk }) => pk).sort()).toEqual(['DEAL#hs.1', 'DEAL#hs.3']);
    expect((await all((request) => store.listHolds({ ...request, ...since }))).dealIds).toEqual(['hs.1']);
  });
});

describe('open work', () => {
  it('is what is neither done nor held nor only observed', async () => {
    await store.createTask(task('hs.1'));
    await store.createTask(task('hs.2', { state: 'done' }));
    await store.createTask(task('hs.3', { mode: 'observe' }));
    await store.createWrite(write('hs.4', { state: 'writing' }));
    await store.createWrite(write('hs.5', { state: 'held' }));
    const since = { sinceMs: NOW_MS - DAY_MS };
    const open = async () => (await all((request) => store.listOpenWork({ ...request, ...since }))).dealIds;
    expect(await open()).toEqual(['hs.1', 'hs.4']);
    await store.saveTask(task('hs.1', { version: 1, state: 'done' }));
    await store.saveWrite(write('hs.5', { version: 1, state: 'writing' }));
    expect(await open()).toEqual(['hs.4', 'hs.5']);
  });
});

describe('marks of reads', () => {
  it('are kept beside what was read, for 30 days', async () => {
    await store.createContract(contract('hs.1'));
    expect(await store.loadReadMark('hs.1', '1')).toBeUndefined();
    await store.putReadMark('hs.1', '1', { sinceMs: NOW_MS - 5, atMs: NOW_MS });
    expect(await store.loadReadMark('hs.1', '1')).toEqual({ sinceMs: NOW_MS - 5, atMs: NOW_MS });
    expect((await store.loadContract('hs.1', 1))?.version).toBe(1);
    expect(table.items().find(({ sk }) => sk === 'READ#1')?.expiresAtSeconds).toBe(
      Date.UTC(2026, 11, 23, 12, 0, 0) / 1000,
    );
  });
});
