import { createHmac, timingSafeEqual } from 'node:crypto';
import { HubError } from '../domain/errors.ts';
import { type Log, silentLog } from '../platform/log.ts';
import type { ConnectionSecret } from '../platform/secrets.ts';
import type { Door, RawRequest, Verdict } from './door.ts';
import { createWebhookRouter } from './router.ts';

export const NOW_MS = Date.parse('2026-11-23T10:00:00Z');
const FIVE_MINUTES_MS = 300_000;
export const KEY = 'current-key';

/** A provider of the test's own: HMAC over timestamp, URL and raw bytes, in `x-sign` and `x-time`. */
export function sign(key: string, request: { url: string; body: Uint8Array; time: string }): string {
  return createHmac('sha256', key).update(`${request.time}${request.url}`).update(request.body).digest('hex');
}

function doorOf(provider: string, seen: { request: RawRequest; keys: readonly string[] }[]): Door {
  return {
    provider,
    keepHeaders: ['content-type', 'x-event'],
    acknowledge: () => ({ status: 202, headers: { 'content-type': 'text/plain;x=yes' }, body: `yes from ${provider}` }),
    verify(request, secrets, receivedAtMs): Verdict {
      seen.push({ request, keys: secrets.signingKeys });
      const given = request.headers['x-sign'];
      const time = request.headers['x-time'] ?? '';
      if (given === undefined) return { ok: false, cause: 'signature-missing' };
      if (receivedAtMs - Number(time) > FIVE_MINUTES_MS) return { ok: false, cause: 'timestamp-stale' };
      if (Number(time) - receivedAtMs > FIVE_MINUTES_MS) return { ok: false, cause: 'timestamp-future' };
      const ok = secrets.signingKeys.some((key) => {
        const expected = sign(key, { url: request.url, body: request.body, time });
        return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
      });
      return ok ? { ok: true } : { ok: false, cause: 'signature-wrong' };
    },
  };
}

export function setup(
  overrides: {
    secrets?: Record<string, ConnectionSecret>;
    refreshed?: Record<string, ConnectionSecret>;
    send?: (body: string) => Promise<void>;
    read?: () => Promise<ConnectionSecret>;
    log?: Log;
    answerWithinMs?: number;
  } = {},
) {
  const sent: string[] = [];
  const seen: { request: RawRequest; keys: readonly string[] }[] = [];
  const reads: string[] = [];
  const clock = { ms: NOW_MS, nowMs: () => clock.ms };
  let ids = 0;
  const stored = overrides.secrets ?? {
    'stagepost/crm-main': { signingKeys: [KEY, 'previous-key'] },
    'stagepost/sign-main': { signingKeys: ['other-key'] },
  };
  const app = createWebhookRouter({
    doors: [doorOf('somecrm', seen), doorOf('somesign', seen)],
    connections: [
      { id: 'crm-main', provider: 'somecrm', secret: 'stagepost/crm-main' },
      { id: 'sign-main', provider: 'somesign', secret: 'stagepost/sign-main' },
    ],
    secrets: {
      async read(name, options) {
        reads.push(options?.refresh === true ? `${name} (refresh)` : name);
        if (overrides.read !== undefined) return overrides.read();
        const from = options?.refresh === true ? (overrides.refreshed ?? stored) : stored;
        const secret = from[name];
        if (secret === undefined) throw new HubError('secrets.missing', `no secret ${name}`, { retry: 'never' });
        return secret;
      },
    },
    inbox: {
      async send(body) {
        await overrides.send?.(body);
        sent.push(body);
      },
      async changeVisibility() {},
    },
    hints: { send: () => Promise.reject(new Error('no hint was sent')), async changeVisibility() {} },
    clock,
    newId: () => `id-${++ids}`,
    publicUrl: 'https://hub.example.com/',
    log: overrides.log ?? silentLog,
    ...(overrides.answerWithinMs === undefined ? {} : { answerWithinMs: overrides.answerWithinMs }),
  });
  const deliveries = () => sent.map((body) => JSON.parse(body)).filter((message) => message.kind === 'delivery');
  const refusals = () => sent.map((body) => JSON.parse(body)).filter((message) => message.kind === 'refusal');
  return { app, sent, seen, reads, clock, deliveries, refusals };
}

export interface Call {
  path?: string;
  body?: Uint8Array;
  key?: string;
  time?: string;
  headers?: Record<string, string>;
  unsigned?: boolean;
}

export function call({
  path = '/webhooks/somecrm/crm-main',
  key = KEY,
  time = String(NOW_MS),
  ...rest
}: Call = {}): Request {
  const body = rest.body ?? new TextEncoder().encode('[{"eventId":1}]');
  const signature = sign(key, { url: `https://hub.example.com${path}`, body, time });
  return new Request(`http://127.0.0.1:4200${path}`, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: {
      ...(rest.unsigned === true ? {} : { 'x-sign': signature, 'x-time': time }),
      'content-type': 'application/json',
      ...rest.headers,
    },
  });
}

export async function shown(response: Response) {
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}

export const REFUSED = {
  status: 401,
  headers: [['content-type', 'text/plain; charset=UTF-8']],
  body: 'Unauthorized\n',
};
