import { describe, expect, it, vi } from 'vitest';
import { HubError } from '../domain/errors.ts';
import type { RefusalNote } from './delivery.ts';
import { call, REFUSED, setup, shown } from './test-router.ts';

describe('the webhooks router notes refusals', () => {
  it('with the cause and the URL that the signature was checked against, never the body', async () => {
    const { app, sent } = setup();
    await app.fetch(call({ path: '/webhooks/somecrm/crm-main?x=1', key: 'guessed' }));
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(JSON.parse(sent[0] ?? '')).toEqual({
      v: 1,
      kind: 'refusal',
      connectionId: 'crm-main',
      provider: 'somecrm',
      cause: 'signature-wrong',
      url: 'https://hub.example.com/webhooks/somecrm/crm-main?x=1',
      atMs: 1795428000000,
      count: 1,
    });
  });

  it('once per 30 seconds and connection', async () => {
    const { app, refusals, clock } = setup();
    await app.fetch(call({ key: 'guessed' }));
    clock.ms += 29_999;
    await app.fetch(call({ key: 'guessed' }));
    await app.fetch(call({ path: '/webhooks/somesign/sign-main', key: 'guessed' }));
    clock.ms += 1;
    await app.fetch(call({ key: 'guessed' }));
    await vi.waitFor(() => expect(refusals()).toHaveLength(3));
    // The second one within 30 seconds sent no note, but is counted in the next.
    const notes = (refusals() as RefusalNote[]).map(({ connectionId, count }) => `${connectionId} ${count}`);
    expect(notes).toEqual(['crm-main 1', 'sign-main 1', 'crm-main 2']);
  });

  it('of all unknown ids together, under one name', async () => {
    const { app, refusals } = setup();
    for (const id of ['one', 'two', 'three']) await app.fetch(call({ path: `/webhooks/somecrm/${id}` }));
    await app.fetch(call({ path: '/webhooks/nobody/four' }));
    expect((refusals() as RefusalNote[]).map((note) => [note.connectionId, note.provider])).toEqual([
      ['unknown', 'unknown'],
    ]);
  });

  it('without letting the caller wait for the queue', async () => {
    const { app } = setup({ send: () => new Promise(() => {}) });
    expect(await shown(await app.fetch(call({ key: 'guessed' })))).toEqual(REFUSED);
  });

  it('again with the next refusal when the queue refused the note', async () => {
    let refuse = true;
    const { app, refusals } = setup({
      send: async () => {
        if (refuse) throw new HubError('queue.unavailable', 'no queue', { retry: { afterMs: 1000 } });
      },
    });
    expect(await shown(await app.fetch(call({ key: 'guessed' })))).toEqual(REFUSED);
    await new Promise((resolve) => setImmediate(resolve));
    refuse = false;
    await app.fetch(call({ key: 'guessed' }));
    await vi.waitFor(() => expect(refusals()).toHaveLength(1));
  });

  it('with an address of at most 300 characters', async () => {
    const { app, refusals } = setup();
    await app.fetch(call({ path: `/webhooks/somecrm/${'x'.repeat(5000)}` }));
    await vi.waitFor(() => expect(refusals()).toHaveLength(1));
    expect((refusals() as RefusalNote[])[0]?.url).toHaveLength(300);
  });
});
