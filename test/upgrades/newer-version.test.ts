import { afterEach, describe, expect, it } from 'vitest';
import { isHubError } from '../../src/domain/errors.ts';
import type { Signal } from '../../src/domain/signals.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { reconcile } from '../../src/flows/refresh/reconcile.ts';
import { readWakeUp } from '../../src/flows/wake-up.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { FIXTURE_VERSIONS, type Fixtures } from './load-fixtures.ts';
import { type OldDeal, openOldDeal } from './old-deal.ts';
import type { RawItem } from './wire-item.ts';

/** After a roll-back: what a version that does not exist yet may have written. */
const [fixtures] = FIXTURE_VERSIONS.slice(-1) as [Fixtures];

let deal: OldDeal | undefined;
afterEach(async () => {
  await deal?.close();
  deal = undefined;
});

/** A deal that is out for signature, of which something was written by a newer version. */
async function open(newer: (item: RawItem) => RawItem, extra: readonly RawItem[] = []): Promise<OldDeal> {
  const snapshot = fixtures.snapshots.get('out-for-signature');
  if (snapshot === undefined) throw new Error('no snapshot');
  deal = await openOldDeal(fixtures, snapshot);
  await deal.put([...snapshot.items.map(newer), ...extra]);
  return deal;
}

function format2(item: RawItem): RawItem {
  return { ...item, d: { ...(item['d'] as object), v: 2, something: 'new' } };
}

function only(sk: RegExp, change: (item: RawItem) => RawItem) {
  return (item: RawItem) => (sk.test(item.sk) ? change(item) : item);
}

/** Everything that works on deals looks at this one; answers the codes of what they threw. */
async function allLook({ dealId, parts }: OldDeal): Promise<readonly string[]> {
  const codes: string[] = [];
  for (const ensure of [ensureContract, ensurePlans, ensureWrittenBack]) {
    try {
      await ensure(dealId, 't', parts);
      codes.push('done');
    } catch (error) {
      codes.push(isHubError(error) ? `${error.code}, ${String(error.retry)}` : String(error));
    }
  }
  return codes;
}

/** Nothing was done outside, every item is what it was, and all that was added says why nothing is done. */
async function isLeftAlone(opened: OldDeal, before: readonly RawItem[]): Promise<void> {
  expect([opened.esign.mails, opened.crm.tasks, opened.crm.files, opened.crm.stageWrites]).toEqual([[], [], [], []]);
  const after = await opened.all();
  const keys = new Set(before.map(({ pk, sk }) => `${pk} ${sk}`));
  const isOld = ({ pk, sk }: RawItem) => keys.has(`${pk} ${sk}`);
  expect(after.filter(isOld)).toEqual(before);
  for (const { sk, d } of after.filter((item) => !isOld(item))) {
    expect(sk).toMatch(/^NOW#(?:contract|plan|write)\/(?:for\/)?worker$/);
    expect(d).toMatchObject({ reason: { code: 'store.format-unknown' } });
    expect(JSON.stringify(d)).toContain('deploy the version that wrote it or a newer one');
  }
}

const REFUSED = 'store.format-unknown, never';

describe('what a newer version stored is refused, clearly, and left as it is', () => {
  it.each([
    ['the deal', /^STATE$/],
    ['a contract', /^CONTRACT#/],
    ['a decision', /^NOW#/],
    ['a signal', /^SIGNAL#/],
    ['a write-back', /^WRITE#/],
  ])('%s', async (_, sk) => {
    const opened = await open(only(sk, format2));
    const before = await opened.all();
    expect(await allLook(opened)).toEqual([REFUSED, REFUSED, REFUSED]);
    await isLeftAlone(opened, before);
  });

  it('an item of another outer form', async () => {
    const opened = await open(only(/^CONTRACT#/, (item) => ({ ...item, v: 2 })));
    const before = await opened.all();
    expect(await allLook(opened)).toEqual([REFUSED, REFUSED, REFUSED]);
    await isLeftAlone(opened, before);
  });

  it('a stage that this version does not know', async () => {
    const opened = await open(
      only(/^STATE$/, (item) => {
        const text = JSON.stringify(item['d']).replaceAll(',"c",', ',"x",');
        return { ...item, d: JSON.parse(text) as unknown };
      }),
    );
    const before = await opened.all();
    expect(await allLook(opened)).toEqual([REFUSED, REFUSED, REFUSED]);
    await isLeftAlone(opened, before);
  });

  it.each([
    ['the configuration', { v: 2 }],
    ['what the configuration says', { config: { ...(configOf() as object), v: 2, version: 2 } }],
  ])('%s', async (_, change) => {
    const newer = { ...fixtures.config, sk: 'V#000002', d: { ...(fixtures.config['d'] as object), ...change } };
    const opened = await open((item) => item, [newer]);
    const before = await opened.all();
    expect(await allLook(opened)).toEqual([REFUSED, REFUSED, REFUSED]);
    await expect(opened.store.applyConfig(configOf() as never, 'older', 0)).rejects.toThrow('has format 2');
    await isLeftAlone(opened, before);
  });

  it('notes of a connection', async () => {
    const note = (name: string, d: unknown): RawItem => ({
      pk: 'CONNECTION#hubspot-main',
      sk: `NOTE#${name}`,
      v: 1,
      ver: 7,
      d,
    });
    const notes = [note('watermark', { v: 2, until: 'other' }), note('sweep', { v: 2, until: 'other' })];
    const opened = await open((item) => item, notes);
    await expect(opened.store.loadConnectionNote('hubspot-main', 'watermark')).rejects.toThrow('has format 2');
    await reconcile('full-sweep', { ...opened.parts, wake: async () => {} });
    const after = (await opened.all()).filter(({ sk }) => /^NOTE#(?:watermark|sweep)$/.test(sk));
    expect(after.filter(({ pk }) => pk === 'CONNECTION#hubspot-main')).toEqual(
      notes.toSorted((a, b) => (a.sk < b.sk ? -1 : 1)),
    );
  });
});

describe('what a newer version stored keeps nobody else waiting', () => {
  it.each([
    ['its data', format2],
    ['its outer form', (item: RawItem) => ({ ...item, v: 2 })],
  ])('on the lists that reconcile goes through: %s', async (_, newer) => {
    const opened = await open((item) => item);
    const [contract] = (await opened.all()).filter(({ sk }) => sk === 'CONTRACT#1');
    if (contract === undefined) throw new Error('no contract');
    // On the same list, before it and after it.
    const rows = ['0', 'z'].map((id) => newer({ ...contract, pk: `DEAL#${id}`, ls: `${id}#1` }));
    await opened.put(rows);
    const { items } = await opened.store.listActiveContracts({ limit: 10 });
    expect(items.map(({ dealId }) => dealId)).toEqual([opened.dealId]);
  });
});

describe('what a newer version sent', () => {
  const delivery = (changes: object) => ({
    v: 1,
    kind: 'delivery',
    deliveryId: '01M6DQT18WN61K2FXPPR6BN3K9',
    provider: 'hubspot',
    connectionId: 'hubspot-main',
    receivedAtMs: Date.parse('2026-11-02T09:00:00Z'),
    traceId: 't',
    headers: {},
    bodyBase64: '',
    ...changes,
  });

  it.each([
    ['a delivery of another form', delivery({ v: 2 })],
    ['a message of another kind', delivery({ kind: 'letter' })],
  ])('goes to quarantine whole, to be replayed: %s', async (_, message) => {
    const opened = await open((item) => item);
    const text = JSON.stringify(message);
    await recordInboxMessage(text, 1, { ...recordParts(opened) });
    const [entry] = await opened.store.listQuarantine(['2026-11-02']);
    expect(entry?.code).toBe('message.unreadable');
    const kept = await opened.parts.files.get(entry?.fileKey ?? '');
    expect(new TextDecoder().decode(kept)).toBe(text);
  });

  it('a signal about a deal that a newer version stored goes to quarantine, and the deal stays', async () => {
    const opened = await open(only(/^STATE$/, format2));
    const before = (await opened.all()).filter(({ pk }) => pk.startsWith('DEAL#'));
    await recordInboxMessage(signals(opened, { kind: 'transition', stageId: '1100000005' }), 1, recordParts(opened));
    expect((await opened.store.listQuarantine(['2026-11-02'])).map(({ code }) => code)).toEqual([
      'store.format-unknown',
    ]);
    expect((await opened.all()).filter(({ pk }) => pk.startsWith('DEAL#'))).toEqual(before);
  });

  it('a kind of signal that nobody knows leaves no mark that it is done', async () => {
    const opened = await open((item) => item);
    const message = signals(opened, { kind: 'unheard-of' });
    await recordInboxMessage(message, 1, recordParts(opened)).catch(() => undefined);
    const [recordId] = opened.dealId.split('.').slice(1);
    expect(await opened.store.hasSignal(opened.dealId, `n/hubspot-main/${recordId}/1`)).toBe(false);
  });

  it('an event is a wake-up like any other: it only says "look"', () => {
    const event = { detail: { meta: { v: 2, traceId: 't' }, dealId: 'hubspot-main.1', news: {} } };
    expect(readWakeUp(JSON.stringify(event))).toEqual({ dealId: 'hubspot-main.1', traceId: 't' });
    expect(() => readWakeUp(JSON.stringify({ v: 2, deals: ['hubspot-main.1'] }))).toThrow(
      'names neither a deal nor a record',
    );
  });
});

function configOf(): unknown {
  const { version: _, ...config } = (fixtures.config['d'] as { readonly config: Record<string, unknown> }).config;
  return config;
}

function recordParts({ parts, hubParts }: OldDeal) {
  return { ...hubParts, ...parts };
}

/** Signals as the hub sends them to itself. */
function signals({ dealId, clock }: OldDeal, signal: Readonly<Record<string, unknown>>): string {
  const [connectionId = '', recordId = ''] = dealId.split('.');
  const nowMs = clock.nowMs();
  const whole = {
    v: 1,
    id: `n/${connectionId}/${recordId}/1`,
    connectionId,
    recordId,
    pipelineId: '75012345',
    enteredAtMs: nowMs,
    granularityMs: 1,
    ...signal,
  } as unknown as Signal;
  return JSON.stringify({
    v: 1,
    kind: 'signals',
    deliveryId: '01M6DQT18WN61K2FXPPR6BN3K9',
    connectionId,
    receivedAtMs: Date.parse('2026-11-02T09:00:00Z'),
    traceId: 't',
    source: 'history-read',
    signals: [whole],
  });
}
