import { describe, expect, it, vi } from 'vitest';
import { silentLog } from '../platform/log.ts';
import type { Queue } from '../queue/queue.ts';
import type { Delivery, RefusalNote } from './delivery.ts';
import type { Door } from './door.ts';
import { createWebhookRouter } from './router.ts';

/** A provider whose URL holds a secret and whose body holds one too; a header says that somebody signed the body. */
const door: Door = {
  provider: 'somecrm',
  keepHeaders: [],
  verify: ({ url, headers }) => {
    if (headers['x-signed'] === 'yes') return { ok: true };
    return url.endsWith('?token=right') ? { ok: true, hintOnly: true } : { ok: false, cause: 'signature-wrong' };
  },
  acknowledge: ({ body }) => ({ status: 200, headers: {}, body: `heard ${body.length} bytes` }),
  redactUrl: (url) => url.replace(/token=.*/, 'token=(hidden)'),
  redactBody: (body) => new TextEncoder().encode(new TextDecoder().decode(body).replace('session', '(hidden)')),
};

const otherDoor: Door = {
  provider: 'othercrm',
  keepHeaders: [],
  verify: () => ({ ok: false, cause: 'signature-missing' }),
  acknowledge: () => ({ status: 200, headers: {}, body: '' }),
};

function setup() {
  const sent = { inbox: [] as string[], hints: [] as string[] };
  const queue = (into: string[]): Queue => ({
    send: async (body) => void into.push(body),
    changeVisibility: async () => {},
  });
  const app = createWebhookRouter({
    doors: [otherDoor, door],
    connections: [{ id: 'crm-main', provider: 'somecrm', secret: 's' }],
    secrets: { read: async () => ({ signingKeys: ['key'] }) },
    inbox: queue(sent.inbox),
    hints: queue(sent.hints),
    clock: { nowMs: () => 0 },
    newId: () => 'id',
    publicUrl: 'https://hub.example.com',
    log: silentLog,
  });
  const post = (query: string, headers: Record<string, string> = {}) =>
    app.request(`/webhooks/somecrm/crm-main${query}`, { method: 'POST', body: 'a session id', headers });
  return { post, sent };
}

describe('a delivery that nobody signed', () => {
  it('waits in an inbox of its own', async () => {
    const { post, sent } = setup();
    expect((await post('?token=right')).status).toBe(200);
    expect([sent.inbox.length, sent.hints.length]).toEqual([0, 1]);
    expect((await post('', { 'x-signed': 'yes' })).status).toBe(200);
    expect([sent.inbox.length, sent.hints.length]).toEqual([1, 1]);
  });

  it('hears a yes that may depend on what it said', async () => {
    const { post } = setup();
    expect(await (await post('?token=right')).text()).toBe('heard 12 bytes');
  });

  it('is kept without what its provider knows as a secret', async () => {
    const { post, sent } = setup();
    await post('?token=right');
    const delivery = JSON.parse(sent.hints[0] ?? '') as Delivery;
    expect(Buffer.from(delivery.bodyBase64, 'base64').toString()).toBe('a (hidden) id');
  });

  it('leaves a note of its refusal that does not show the token', async () => {
    const { post, sent } = setup();
    expect((await post('?token=almost-right')).status).toBe(401);
    await vi.waitFor(() => expect(sent.inbox).toHaveLength(1));
    const note = JSON.parse(sent.inbox[0] ?? '') as RefusalNote;
    expect(note.url).toBe('https://hub.example.com/webhooks/somecrm/crm-main?token=(hidden)');
  });
});
