import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import type { Item } from '../../src/store/table.ts';
import type { Delivery } from '../../src/webhooks/delivery.ts';
import { createMemoryWorld, DEAL_ID, START_MS } from '../fakes/memory-world.ts';
import { testPlay } from '../fakes/test-config.ts';

/**
 * Every kind of item that the hub keeps, and for how many days from what it is about; `always` where nothing takes it
 * away. A new kind has to be put here and into docs/data.md, with whose data it holds.
 */
const KEPT: Readonly<Record<string, number | 'always'>> = {
  'ALIAS / READ': 30,
  'ALIAS / REF': 'always',
  'CLAIM / REF': 'always',
  'CONFIG / V': 'always',
  'CONNECTION / NOTE': 'always',
  'CONTACT / DEAL': 'always',
  'CONTACT / REMOVED': 'always',
  'DAY / LOG': 90,
  'DAY / QUARANTINE': 60,
  'DEAL / CONTRACT': 'always',
  'DEAL / NOW': 'always',
  'DEAL / PLAN': 'always',
  'DEAL / READ': 30,
  'DEAL / SIGNAL': 'always',
  'DEAL / STATE': 'always',
  'DEAL / TASK': 'always',
  'DEAL / WHY': 'always',
  'DEAL / WRITE': 'always',
  'QUARANTINE / BODY': 30,
  'QUARANTINE / REF': 60,
};

const RECEIVED_MS = START_MS + 3_600_000;

/** A day of a hub on which everything happens that leaves something behind. */
async function playEverything() {
  const world = createMemoryWorld({ plays: [testPlay({ needsSignedContract: false })] });
  const { store } = world;
  await world.enter('s6');
  await ensureContract(DEAL_ID, 't', world.parts());
  const envelope = { v: 1, kind: 'envelope', connectionId: 'sign-main', envelopeId: 'env-1' } as const;
  const about = { contractRef: `${DEAL_ID}/1`, attemptKey: `${DEAL_ID}/1/1`, atMs: world.clock.nowMs() };
  const origin = { deliveryId: 'd', traceId: 't', receivedAtMs: world.clock.nowMs() };
  await recordEnvelopeSignal({ ...envelope, ...about, id: 'e/1', event: 'completed' }, origin, 1, world.parts());
  await world.enter('s7');
  await ensurePlans(DEAL_ID, 't', world.parts());
  await ensureWrittenBack(DEAL_ID, 't', world.parts());
  world.clock.advance(RECEIVED_MS - world.clock.nowMs());
  const body = Buffer.from('x'.repeat(200_000)).toString('base64');
  const raw: Delivery = {
    v: 1,
    kind: 'delivery',
    deliveryId: 'd-1',
    provider: 'test',
    connectionId: 'crm-main',
    receivedAtMs: RECEIVED_MS,
    traceId: 't',
    headers: {},
    bodyBase64: body,
  };
  const parts = {
    ...world.parts(),
    parserOf: (provider: string) => ({
      provider,
      parse: () => ({
        signals: [],
        removals: [{ kind: 'removal' as const, id: 'x', connectionId: 'crm-main', contactId: '9', atMs: RECEIVED_MS }],
        rejects: [{ code: 'field.wrong', sentence: 'no', index: 0, excerpt: '{}' }],
        ignored: {},
      }),
    }),
    providerOfSource: () => undefined,
    accountsOf: async () => [],
    keepFile: (key: string, bytes: Uint8Array, contentType: string) => world.files.put(key, bytes, contentType),
    readFile: (key: string) => world.files.get(key),
  };
  await recordInboxMessage(JSON.stringify(raw), 1, parts).catch(() => undefined);
  for (const sentence of ['this is so', 'it is otherwise now']) {
    const decision = { v: 1, dealId: DEAL_ID, subject: 'plan/x', atMs: RECEIVED_MS } as const;
    await store.putDecision({ ...decision, reason: { code: 'plan.x', sentence } });
  }
  await store.putReadMark(DEAL_ID, 'record', { sinceMs: RECEIVED_MS, atMs: RECEIVED_MS });
  await store.putRecordMark('crm-main', '42', { sinceMs: RECEIVED_MS, atMs: RECEIVED_MS });
  await store.putConnectionNote('crm-main', 'last-refusal', { v: 1 });
  const { version: _, ...config } = world.config.current;
  await store.applyConfig(config, 'somebody', RECEIVED_MS);
  return world;
}

type World = Awaited<ReturnType<typeof playEverything>>;
let world: World;
beforeAll(async () => {
  world = await playEverything();
});

const kindOf = ({ pk, sk }: Item) => `${pk.split('#')[0]} / ${sk.split('#')[0]}`;
const daysOf = ({ expiresAtSeconds }: Item) =>
  expiresAtSeconds === undefined ? 'always' : (expiresAtSeconds - RECEIVED_MS / 1000) / 86_400;

describe('what the table keeps', () => {
  it('is of a known kind, and goes after the days that are written down for it', () => {
    const found = new Map(world.table.items().map((item) => [kindOf(item), daysOf(item)]));
    expect(Object.fromEntries([...found].sort())).toEqual(KEPT);
  });

  it('stands in docs/data.md, each kind with its days', () => {
    const page = readFileSync('docs/data.md', 'utf8');
    for (const [kind, days] of Object.entries(KEPT)) {
      const [pk, sk] = kind.split(' / ');
      const row = page.split('\n').find((line) => new RegExp(`^\\| \`${pk}#?\` \`${sk}\` \\|`).test(line));
      expect([kind, row?.split('|').at(-3)?.trim()]).toEqual([kind, days === 'always' ? 'always' : `${days} days`]);
    }
  });

  it('holds no body of a delivery but in the item that goes after 30 days', () => {
    const holding = world.table.items().filter((item) => JSON.stringify(item.data).includes('eHh4eHh4'));
    expect(holding).toEqual([]);
    expect(world.files.keys()).toContain('quarantine/d-1.json');
  });
});

describe('a delivery that was not understood', () => {
  it('is not kept any more when it comes out of a queue after 30 days, and its reason is', async () => {
    const late = createMemoryWorld();
    late.clock.advance(30 * 86_400_000);
    const parts = {
      ...late.parts(),
      parserOf: () => undefined,
      providerOfSource: () => undefined,
      accountsOf: async () => [],
      keepFile: (key: string, bytes: Uint8Array, contentType: string) => late.files.put(key, bytes, contentType),
      readFile: (key: string) => late.files.get(key),
    };
    for (const bodyBase64 of ['e30=', 'A'.repeat(200_000)]) {
      const raw = { v: 1, kind: 'delivery', deliveryId: `d-${bodyBase64.length}`, provider: 'test', traceId: 't' };
      const message = { ...raw, connectionId: 'crm-main', receivedAtMs: START_MS, headers: {}, bodyBase64 };
      await recordInboxMessage(JSON.stringify(message), 1, parts);
    }
    const entries = await late.store.listQuarantine(['2026-11-02']);
    expect(entries.map(({ code, bodyGone }) => [code, bodyGone])).toEqual([
      ['provider.unknown', 'expired'],
      ['provider.unknown', 'expired'],
    ]);
    expect(late.files.keys()).toEqual([]);
    expect(JSON.stringify(late.table.items())).not.toMatch(/e30=|AAAA/);
  });

  it('does not begin its 30 days anew when it fails again', async () => {
    let puts = 0;
    const again = createMemoryWorld();
    const parts = {
      ...again.parts(),
      parserOf: () => undefined,
      providerOfSource: () => undefined,
      accountsOf: async () => [],
      keepFile: async (key: string, bytes: Uint8Array, contentType: string) => {
        puts += 1;
        await again.files.put(key, bytes, contentType);
      },
      readFile: (key: string) => again.files.get(key),
    };
    const raw = { v: 1, kind: 'delivery', deliveryId: 'd-1', provider: 'test', traceId: 't', connectionId: 'crm-main' };
    const message = JSON.stringify({ ...raw, receivedAtMs: START_MS, headers: {}, bodyBase64: 'A'.repeat(200_000) });
    await recordInboxMessage(message, 1, parts);
    again.clock.advance(29 * 86_400_000);
    await again.store.resolveQuarantine('d-1.0', 'ana', again.clock.nowMs());
    await recordInboxMessage(message, 1, parts);
    expect(puts).toBe(1);
    expect((await again.store.loadQuarantine('d-1.0'))?.fileKey).toBe('quarantine/d-1.json');
    again.clock.advance(86_400_000);
    expect((await again.store.loadQuarantine('d-1.0'))?.bodyGone).toBe('expired');
  });
});
