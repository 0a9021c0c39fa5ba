import { describe, expect, it } from 'vitest';
import type { ActionResult } from '../actions/action-parts.ts';
import type { Deal } from '../domain/deal.ts';
import { currentStage } from '../domain/entries.ts';
import { HubError } from '../domain/errors.ts';
import type { Stage } from '../domain/stages.ts';
import { config } from '../domain/test-builders.ts';
import type { DeliveryLogEntry } from '../store/delivery-log.ts';
import { createHubStore } from '../store/hub-store.ts';
import { createMemoryTable } from '../store/memory-table.ts';
import type { QuarantineEntry } from '../store/quarantine.ts';
import { createConsoleApi } from './api.ts';

const NOW_MS = Date.parse('2026-11-23T10:00:00Z');

const deal: Deal = {
  v: 1,
  dealId: 'crm-main.42',
  version: 3,
  configVersion: 1,
  leading: { connectionId: 'crm-main', recordId: '42' },
  lanes: [
    {
      connectionId: 'crm-main',
      recordId: '42',
      transitions: [
        {
          id: 't/1',
          stageId: '1002',
          pipelineId: '7',
          enteredAtMs: NOW_MS - 60_000,
          granularityMs: 1,
          stage: 'procurement',
          configVersion: 1,
        },
      ],
      lifecycle: [],
    },
  ],
  details: { name: 'Big deal', amount: '120000.00', currency: 'EUR', url: 'https://crm.example.com/42' },
  createdAtMs: NOW_MS - 70_000,
  updatedAtMs: NOW_MS - 50_000,
};

const items = { deal, signals: [], contracts: [], plans: [], tasks: [], writes: [], decisions: [], standing: [] };

const quarantined: QuarantineEntry = {
  v: 1,
  id: 'd-9.1',
  deliveryId: 'd-9',
  connectionId: 'crm-main',
  provider: 'somecrm',
  atMs: NOW_MS - 1000,
  code: 'field.missing',
  sentence: 'the event has no objectId',
  index: 0,
  excerpt: '{"eventId":1}',
  delivery: {
    v: 1,
    kind: 'delivery',
    deliveryId: 'd-9',
    provider: 'somecrm',
    connectionId: 'crm-main',
    receivedAtMs: NOW_MS - 1000,
    traceId: 't-9',
    headers: {},
    bodyBase64: 'W10=',
  },
};

const changes = [{ transitionId: 't/1', stageId: '1002', from: 'unknown', to: 'procurement' }] as const;

function logged(deliveryId: string, receivedAtMs: number): DeliveryLogEntry {
  return {
    v: 1,
    deliveryId,
    provider: 'somecrm',
    connectionId: 'crm-main',
    receivedAtMs,
    traceId: 't',
    signals: 1,
    rejects: 0,
    ignored: {},
    dealIds: ['crm-main.42'],
  };
}

function setup(overrides: { result?: ActionResult; fail?: Error; onlyOld?: boolean } = {}) {
  const calls: unknown[][] = [];
  const note = (...call: unknown[]) => {
    calls.push(call);
    if (overrides.fail !== undefined) throw overrides.fail;
  };
  const result: ActionResult = overrides.result ?? { ok: true, sentence: 'every worker looks again' };
  const app = createConsoleApi({
    clock: { nowMs: () => NOW_MS },
    store: {
      ...createHubStore({ table: createMemoryTable({ nowMs: () => NOW_MS }), stageOf: currentStage }),
      async listDeals(stage: Stage | undefined, limit: number) {
        note('listDeals', stage, limit);
        return [deal];
      },
      async loadDealItems(dealId: string) {
        note('loadDealItems', dealId);
        const { deal: known, ...none } = items;
        return dealId === known.dealId ? items : none;
      },
      async listDeliveries(day: string, limit: number) {
        note('listDeliveries', day, limit);
        return day === '2026-11-23'
          ? [logged('d-2', NOW_MS), logged('d-1', NOW_MS - 5000)]
          : [logged('d-0', NOW_MS - 86_400_000)];
      },
      async listQuarantine(days: readonly string[]) {
        note('listQuarantine', days.length, days[0], days.at(-1));
        return [quarantined, { ...quarantined, id: 'd-8.1', resolvedAtMs: NOW_MS - 500, resolvedBy: 'ada' }];
      },
      loadConnectionNote: async () => undefined,
    },
    config: async () => config(),
    actions: {
      async retry(dealId, who) {
        note('retry', dealId, who);
        return result;
      },
      async replay(id, who) {
        note('replay', id, who);
        return result;
      },
      ...(overrides.onlyOld === true
        ? {}
        : {
            async approve(...given) {
              note('approve', ...given);
              return result;
            },
            async void(...given) {
              note('void', ...given);
              return result;
            },
            async previewRemap(dealId) {
              note('previewRemap', dealId);
              return result.ok ? { ...result, changes } : result;
            },
            async remap(dealId, who) {
              note('remap', dealId, who);
              return result.ok ? { ...result, changes } : result;
            },
          }),
    },
  });
  const call = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await app.request(`http://127.0.0.1:4200${path}`, {
      method,
      headers: { host: '127.0.0.1:4200', ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: JSON.parse(await response.text()), headers: response.headers };
  };
  return { call, calls };
}

const ACTOR = { 'x-stagepost-actor': 'ada' };

describe('the console API', () => {
  it('says that it is a hub', async () => {
    const { status, body, headers } = await setup().call('GET', '/api/health');
    expect([status, body]).toEqual([200, { ok: true, name: 'stagepost' }]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('lists deals with their stage', async () => {
    const { call, calls } = setup();
    const { body } = await call('GET', '/api/deals?stage=procurement&limit=7');
    expect(body).toEqual({
      deals: [
        {
          dealId: 'crm-main.42',
          name: 'Big deal',
          amount: '120000.00',
          currency: 'EUR',
          url: 'https://crm.example.com/42',
          stage: 'procurement',
          sinceMs: 1795427940000,
          isDeleted: false,
          isDisputed: false,
          updatedAtMs: 1795427950000,
        },
      ],
    });
    expect(calls).toEqual([['listDeals', 'procurement', 7]]);
  });

  it('lists fifty deals of all stages unless told otherwise', async () => {
    const { call, calls } = setup();
    await call('GET', '/api/deals');
    expect(calls).toEqual([['listDeals', undefined, 50]]);
  });

  it('gives everything that hangs on a deal', async () => {
    const { status, body } = await setup().call('GET', '/api/deals/crm-main.42');
    expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(items))]);
  });

  it('gives the deliveries of today and yesterday, latest first', async () => {
    const { call, calls } = setup();
    const { body } = await call('GET', '/api/deliveries?limit=2');
    expect(body.days).toEqual(['2026-11-23', '2026-11-22']);
    expect(body.deliveries.map((each: DeliveryLogEntry) => each.deliveryId)).toEqual(['d-2', 'd-1']);
    expect(calls).toEqual([
      ['listDeliveries', '2026-11-23', 2],
      ['listDeliveries', '2026-11-22', 2],
    ]);
  });

  it('gives the deliveries of a day', async () => {
    const { call, calls } = setup();
    await call('GET', '/api/deliveries?day=2026-11-02');
    expect(calls).toEqual([['listDeliveries', '2026-11-02', 50]]);
  });

  it('gives what is in quarantine, without the bytes', async () => {
    const { call, calls } = setup();
    const { body } = await call('GET', '/api/quarantine');
    const { delivery: _, ...shown } = quarantined;
    expect(body).toEqual({ days: 60, entries: [shown] });
    expect(calls).toEqual([['listQuarantine', 60, '2026-11-23', '2026-09-25']]);
  });

  it('gives what was replayed too, when asked', async () => {
    const { body } = await setup().call('GET', '/api/quarantine?all=1');
    expect(body.entries.map((each: QuarantineEntry) => each.id)).toEqual(['d-9.1', 'd-8.1']);
  });

  it('has workers look at a deal again, in the name of whoever asks', async () => {
    const { call, calls } = setup();
    const { status, body } = await call('POST', '/api/deals/crm-main.42/retry', ACTOR);
    expect([status, body]).toEqual([200, { sentence: 'every worker looks again' }]);
    expect(calls).toEqual([['retry', 'crm-main.42', 'ada']]);
  });

  it('replays what is in quarantine, in the name of whoever asks', async () => {
    const { call, calls } = setup();
    await call('POST', '/api/quarantine/d-9.1/replay', { 'x-stagepost-actor': 'Zo%C3%AB%20Ada' });
    expect(calls).toEqual([['replay', 'd-9.1', 'Zoë Ada']]);
  });

  it('approves the draft that was shown, and voids for a reason, in the name of whoever asks', async () => {
    const { call, calls } = setup();
    const contract = '/api/deals/crm-main.42/contracts/2';
    const approved = await call('POST', `${contract}/approve`, ACTOR, '{"inputsHash":"abc"}');
    const voided = await call('POST', `${contract}/void`, ACTOR, '{"reason":"wrong price"}');
    expect([approved.status, voided.status, approved.body]).toEqual([
      200,
      200,
      { sentence: 'every worker looks again' },
    ]);
    expect(calls).toEqual([
      ['approve', 'crm-main.42', 2, 'abc', 'ada'],
      ['void', 'crm-main.42', 2, 'wrong price', 'ada'],
    ]);
  });

  it.each([
    ['approve', undefined, 'inputs-hash.missing'],
    ['approve', '{"inputsHash":', 'inputs-hash.missing'],
    ['approve', '{"inputsHash":7}', 'inputs-hash.missing'],
    ['approve', 'null', 'inputs-hash.missing'],
    ['void', '{"reason":" "}', 'reason.missing'],
    ['void', '[]', 'reason.missing'],
  ])('does not %s with the body %s', async (what, body, code) => {
    const { call, calls } = setup();
    const answer = await call('POST', `/api/deals/crm-main.42/contracts/1/${what}`, ACTOR, body);
    expect([answer.status, answer.body.error.code, calls]).toEqual([400, code, []]);
  });

  it.each(['0', '-1', 'x', '1.5', '1234567'])('knows no contract with the number %s', async (n) => {
    const { call, calls } = setup();
    const { status } = await call('POST', `/api/deals/crm-main.42/contracts/${n}/approve`, ACTOR, '{"inputsHash":"a"}');
    expect([status, calls]).toEqual([404, []]);
  });

  it('shows what mapping the history again would change, and does it when told to', async () => {
    const { call, calls } = setup();
    const shown = await call('GET', '/api/deals/crm-main.42/remap');
    const done = await call('POST', '/api/deals/crm-main.42/remap', ACTOR);
    expect([shown.body, done.body]).toEqual([
      { sentence: 'every worker looks again', changes },
      { sentence: 'every worker looks again', changes },
    ]);
    expect(calls).toEqual([
      ['previewRemap', 'crm-main.42'],
      ['remap', 'crm-main.42', 'ada'],
    ]);
  });

  it.each([
    ['GET', '/api/deals/x/remap'],
    ['POST', '/api/deals/x/remap'],
    ['POST', '/api/deals/x/contracts/1/approve'],
    ['POST', '/api/deals/x/contracts/1/void'],
  ])('answers %s %s with 404 where the host cannot do it', async (method, path) => {
    const { status, body } = await setup({ onlyOld: true }).call(method, path, ACTOR);
    expect([status, body.error.code]).toEqual([404, 'path.unknown']);
  });

  it.each([
    ['deal.unknown', 404],
    ['quarantine.no-delivery', 409],
  ])('says why an action could not be done: %s is %i', async (code, expected) => {
    const { call } = setup({ result: { ok: false, code, sentence: 'there is none' } });
    const { status, body } = await call('POST', '/api/deals/x/retry', ACTOR);
    expect([status, body]).toEqual([expected, { error: { code, sentence: 'there is none' } }]);
  });

  it.each([
    ['/api/deals/nobody', 404, 'deal.unknown', 'no deal "nobody"'],
    ['/api/elsewhere', 404, 'path.unknown', 'there is nothing at this address'],
    ['/api/deals?limit=0', 400, 'limit.wrong', 'the limit is a whole number from 1 to 500'],
    ['/api/deals?limit=501', 400, 'limit.wrong', 'the limit is a whole number from 1 to 500'],
    ['/api/deliveries?limit=x', 400, 'limit.wrong', 'the limit is a whole number from 1 to 500'],
    ['/api/deliveries?day=2026-99-99', 400, 'day.wrong', '"2026-99-99" is not a day; write YYYY-MM-DD (UTC)'],
    ['/api/deliveries?day=monday', 400, 'day.wrong', '"monday" is not a day; write YYYY-MM-DD (UTC)'],
    [
      '/api/deals?stage=won',
      400,
      'stage.unknown',
      '"won" is not a stage; write one of: prospecting, qualification, solutioning, demonstration, negotiation, procurement, implementation, management, expansion, lost, unknown',
    ],
  ])('answers GET %s with %i', async (path, expected, code, sentence) => {
    const { status, body } = await setup().call('GET', path);
    expect([status, body]).toEqual([expected, { error: { code, sentence } }]);
  });

  it.each<[string, Error, number, unknown]>([
    [
      'the store does not answer',
      new HubError('store.unavailable', 'the table does not answer; try again', { retry: { afterMs: 1000 } }),
      503,
      { error: { code: 'store.unavailable', sentence: 'the table does not answer; try again' } },
    ],
    [
      'something unexpected happens',
      new TypeError('secret detail'),
      500,
      { error: { code: 'unexpected', sentence: 'this failed unexpectedly; the log of the hub says more' } },
    ],
  ])('says so in words when %s', async (_, fail, expected, body) => {
    const answer = await setup({ fail }).call('GET', '/api/deals');
    expect([answer.status, answer.body]).toEqual([expected, body]);
  });

  it.each(['127.0.0.1:4200', 'localhost:4200', '[::1]:4200', 'localhost'])('answers as %s', async (host) => {
    expect((await setup().call('GET', '/api/deals', { host })).status).toBe(200);
  });

  it.each([
    'hub.example.com',
    '127.0.0.1.example.com:4200',
    'localhost.evil.test',
    '192.168.1.7:4200',
    'localhost:4200@evil',
    '',
  ])('does not answer as "%s", whatever that name leads to', async (host) => {
    const { call, calls } = setup();
    const { status, body } = await call('GET', '/api/deals', { host });
    expect([status, body.error.code, calls]).toEqual([403, 'host.refused', []]);
  });

  it.each([
    [{ origin: 'https://evil.test' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:4201' }],
    [{ origin: 'https://127.0.0.1:4200' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('does nothing for pages of other sites: %j', async (headers) => {
    const { call, calls } = setup();
    const { status, body } = await call('POST', '/api/deals/crm-main.42/retry', { ...ACTOR, ...(headers as object) });
    expect([status, body.error.code, calls]).toEqual([403, 'origin.refused', []]);
  });

  it('acts for its own pages', async () => {
    const headers = { ...ACTOR, origin: 'http://127.0.0.1:4200', 'sec-fetch-site': 'same-origin' };
    expect((await setup().call('POST', '/api/deals/crm-main.42/retry', headers)).status).toBe(200);
  });

  it.each([
    {},
    { 'x-stagepost-actor': ' ' },
    { 'x-stagepost-actor': '%' },
    { 'x-stagepost-actor': '<b>' },
    { 'x-stagepost-actor': 'a'.repeat(81) },
  ])('changes nothing for nobody: %j', async (headers) => {
    const { call, calls } = setup();
    const { status, body } = await call('POST', '/api/deals/crm-main.42/retry', headers as Record<string, string>);
    expect([status, body.error.code, calls]).toEqual([400, 'actor.missing', []]);
  });
});
