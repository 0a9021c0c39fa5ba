import { handle } from 'hono/aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { HubError } from '../domain/errors.ts';
import type { LogFields } from '../platform/log.ts';
import type { Delivery, RefusalNote } from './delivery.ts';
import { type Call, call, KEY, NOW_MS, REFUSED, setup, shown, sign } from './test-router.ts';

describe('the webhooks router', () => {
  it('puts a signed request into the inbox as one message and answers in the way of the provider', async () => {
    const { app, sent } = setup();
    const response = await app.fetch(call({ headers: { 'x-event': 'deal', authorization: 'Bearer hidden' } }));
    expect(await shown(response)).toEqual({
      status: 202,
      headers: [['content-type', 'text/plain;x=yes']],
      body: 'yes from somecrm',
    });
    expect(sent.map((body) => JSON.parse(body))).toEqual([
      {
        v: 1,
        kind: 'delivery',
        deliveryId: 'id-1',
        provider: 'somecrm',
        connectionId: 'crm-main',
        receivedAtMs: 1795428000000,
        traceId: 'id-1',
        headers: { 'content-type': 'application/json', 'x-event': 'deal' },
        bodyBase64: 'W3siZXZlbnRJZCI6MX1d',
      },
    ]);
  });

  it('carries bytes that are not text unchanged', async () => {
    const { app, deliveries } = setup();
    const body = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
    expect((await app.fetch(call({ body }))).status).toBe(202);
    const [delivery] = deliveries() as Delivery[];
    expect([...Buffer.from(delivery?.bodyBase64 ?? '', 'base64')]).toEqual([...body]);
  });

  it('accepts a body of exactly 640 KiB, and the message stays below one mebibyte', async () => {
    const { app, sent } = setup();
    expect((await app.fetch(call({ body: new Uint8Array(655_360) }))).status).toBe(202);
    expect(sent[0]?.length).toBeLessThan(1_048_576);
  });

  it('keeps at most 500 characters of a header', async () => {
    const { app, deliveries } = setup();
    await app.fetch(call({ headers: { 'x-event': 'e'.repeat(2000) } }));
    expect((deliveries() as Delivery[])[0]?.headers['x-event']).toBe('e'.repeat(500));
  });

  it('accepts the previous key too', async () => {
    const { app } = setup();
    expect((await app.fetch(call({ key: 'previous-key' }))).status).toBe(202);
  });

  it('verifies against the public URL and the path and query as they were called', async () => {
    const { app, seen } = setup();
    const path = '/webhooks/somecrm/crm-main?b=%2f&a=x%20y&&a=';
    expect((await app.fetch(call({ path }))).status).toBe(202);
    expect(seen.map((each) => each.request.url)).toEqual([
      'https://hub.example.com/webhooks/somecrm/crm-main?b=%2f&a=x%20y&&a=',
    ]);
  });

  it('verifies the raw path and query of the event where the Lambda adapter would normalise them', async () => {
    const { app, seen, deliveries } = setup();
    const rawQueryString = 'a=\'1\'&b="two"|x&c=%7e';
    const url = `https://hub.example.com/webhooks/somecrm/crm-main?${rawQueryString}`;
    const body = Buffer.from([0, 255, 13, 10, 200]);
    const answer = await handle(app)({
      version: '2.0',
      routeKey: 'POST /webhooks/{provider}/{connectionId}',
      rawPath: '/webhooks/somecrm/crm-main',
      rawQueryString,
      headers: { 'x-sign': sign(KEY, { url, body, time: String(NOW_MS) }), 'x-time': String(NOW_MS) },
      requestContext: { http: { method: 'POST' }, domainName: 'somewhere.execute-api.example' },
      body: body.toString('base64'),
      isBase64Encoded: true,
    } as never);
    expect(answer).toMatchObject({ statusCode: 202, body: 'yes from somecrm' });
    expect(seen[0]?.request.url).toBe(url);
    expect((deliveries() as Delivery[])[0]?.bodyBase64).toBe('AP8NCsg=');
  });

  describe('answers one and the same 401', () => {
    const cases: [string, Call, string][] = [
      ['for an unknown provider', { path: '/webhooks/nobody/crm-main' }, 'connection-unknown'],
      ['for an unknown connection', { path: '/webhooks/somecrm/crm-other' }, 'connection-unknown'],
      ["for another provider's connection", { path: '/webhooks/somecrm/sign-main' }, 'connection-unknown'],
      ['for a wrong signature', { key: 'guessed' }, 'signature-wrong'],
      ['for a signature that is not of the usual length', { headers: { 'x-sign': 'short' } }, 'signature-wrong'],
      ['for a missing signature', { unsigned: true }, 'signature-missing'],
      ['for a timestamp that is stale', { time: String(NOW_MS - 300_001) }, 'timestamp-stale'],
      ['for a timestamp in the future', { time: String(NOW_MS + 300_001) }, 'timestamp-future'],
      [
        'for an id that is guessed together with the stand-in key',
        { path: '/webhooks/somecrm/crm-other', key: 'no connection has this key, newest' },
        'connection-unknown',
      ],
    ];

    it.each(cases)('%s', async (_, request, cause) => {
      const { app, deliveries, refusals } = setup();
      expect(await shown(await app.fetch(call(request)))).toEqual(REFUSED);
      expect(deliveries()).toEqual([]);
      await vi.waitFor(() => expect(refusals()).toHaveLength(1));
      expect((refusals() as RefusalNote[])[0]?.cause).toBe(cause);
    });

    it('after verifying twice, for ids that exist and for ids that do not', async () => {
      const known = setup();
      await known.app.fetch(call({ key: 'guessed' }));
      const unknown = setup();
      await unknown.app.fetch(call({ path: '/webhooks/somecrm/crm-other' }));
      expect([known.seen.length, unknown.seen.length]).toEqual([2, 2]);
    });
  });

  it('looks nothing up for an unknown id', async () => {
    const { app, reads } = setup();
    await app.fetch(call({ path: '/webhooks/somecrm/crm-other' }));
    await app.fetch(call({ path: '/webhooks/nobody/crm-main' }));
    expect(reads).toEqual([]);
  });

  it('reads the secret once more when a signature fails, so that a new key works at once', async () => {
    const { app, reads } = setup({ refreshed: { 'stagepost/crm-main': { signingKeys: ['brand-new', KEY] } } });
    expect((await app.fetch(call({ key: 'brand-new' }))).status).toBe(202);
    expect(reads).toEqual(['stagepost/crm-main', 'stagepost/crm-main (refresh)']);
  });

  it.each<[string, Call]>([
    ['that is right', {}],
    ['without a signature', { unsigned: true }],
    ['with a stale timestamp', { time: String(NOW_MS - 300_001) }],
  ])('does not read the secret again for a request %s', async (_, request) => {
    const { app, reads } = setup();
    await app.fetch(call(request));
    expect(reads).toEqual(['stagepost/crm-main']);
  });

  it('still answers 401 when the second read fails', async () => {
    const { app } = setup({ refreshed: {} });
    expect(await shown(await app.fetch(call({ key: 'guessed' })))).toEqual(REFUSED);
  });

  it.each([
    ['a declared length', {}],
    ['a declared length that lies', { 'content-length': '10' }],
  ])('answers 413 above 640 KiB with %s, and keeps nothing', async (_, headers) => {
    const { app, sent, seen } = setup();
    const response = await app.fetch(call({ body: new Uint8Array(655_361), headers }));
    expect(response.status).toBe(413);
    expect(await response.text()).toBe('The request body is larger than 640 KiB.\n');
    expect([sent, seen]).toEqual([[], []]);
  });

  it.each<[string, Parameters<typeof setup>[0]]>([
    [
      'the queue refuses',
      { send: () => Promise.reject(new HubError('queue.unavailable', 'no queue', { retry: { afterMs: 1000 } })) },
    ],
    [
      'the secret cannot be read',
      { read: () => Promise.reject(new HubError('secrets.unavailable', 'no vault', { retry: { afterMs: 1000 } })) },
    ],
    ['the secret does not exist', { secrets: {} }],
    ['nobody has put a key into the secret yet', { secrets: { 'stagepost/crm-main': { signingKeys: [] } } }],
    ['the queue does not answer in time', { answerWithinMs: 20, send: () => new Promise(() => {}) }],
    ['the secret does not come in time', { answerWithinMs: 20, read: () => new Promise(() => {}) }],
    ['a failure of its own happens', { read: () => Promise.reject(new TypeError('a defect')) }],
  ])('answers 503 and acknowledges nothing when %s', async (_, trouble) => {
    const { app, sent } = setup(trouble);
    expect(await shown(await app.fetch(call()))).toEqual({
      status: 503,
      headers: [['content-type', 'text/plain; charset=UTF-8']],
      body: 'Not accepted, please try again.\n',
    });
    expect(sent).toEqual([]);
  });

  it('takes keys that were just put in, and until then says which secret holds none', async () => {
    const secrets = { 'stagepost/crm-main': { signingKeys: [] } };
    const lines: unknown[] = [];
    const empty = setup({ secrets, log: (...line) => void lines.push(line) });
    expect((await empty.app.fetch(call())).status).toBe(503);
    expect(lines).toEqual([
      ['error', 'webhook.not-accepted', { code: 'secrets.missing', status: 503, secret: 'stagepost/crm-main' }],
    ]);
    const filled = setup({ secrets, refreshed: { 'stagepost/crm-main': { signingKeys: [KEY] } } });
    expect((await filled.app.fetch(call())).status).toBe(202);
    expect(filled.reads).toEqual(['stagepost/crm-main', 'stagepost/crm-main (refresh)']);
  });

  it.each([
    ['GET', '/webhooks/somecrm/crm-main'],
    ['PUT', '/webhooks/somecrm/crm-main'],
    ['POST', '/webhooks/somecrm'],
    ['POST', '/webhooks/somecrm/crm-main/'],
    ['POST', '/webhooks/somecrm/crm-main/more'],
    ['POST', '/'],
  ])('answers 404 to %s %s', async (method, path) => {
    const { app, seen } = setup();
    const response = await app.fetch(new Request(`http://127.0.0.1:4200${path}`, { method }));
    expect(await shown(response)).toEqual({
      status: 404,
      headers: [['content-type', 'text/plain; charset=UTF-8']],
      body: 'Not found\n',
    });
    expect(seen).toEqual([]);
  });

  it('accepts an empty body if it is signed', async () => {
    const { app, deliveries } = setup();
    expect((await app.fetch(call({ body: new Uint8Array() }))).status).toBe(202);
    expect((deliveries() as Delivery[])[0]?.bodyBase64).toBe('');
  });

  it('logs ids and codes, and neither body nor headers', async () => {
    const lines: { step: string; fields: LogFields | undefined }[] = [];
    const { app } = setup({ log: (_, step, fields) => lines.push({ step, fields }) });
    await app.fetch(call());
    await app.fetch(call({ key: 'guessed' }));
    expect(lines).toEqual([
      { step: 'webhook.accepted', fields: { connectionId: 'crm-main', deliveryId: 'id-1', traceId: 'id-1' } },
      { step: 'webhook.refused', fields: { connectionId: 'crm-main', code: 'signature-wrong', status: 401, count: 1 } },
    ]);
  });
});
