import { describe, expect, it } from 'vitest';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import type { Delivery } from '../../src/webhooks/delivery.ts';
import type { MemoryWorld } from '../fakes/memory-world.ts';
import { delivery, EMAIL, forget, NAME, nameIn, partsOf, sent } from './privacy-stand.ts';

describe('what was not understood and speaks of the contact', () => {
  const bodyOf = (text: string) => Buffer.from(text).toString('base64');
  const rejected = (world: MemoryWorld, deliveryId: string, body: string): Promise<void> => {
    const rejects = [{ code: 'field.wrong', sentence: 'the event is not valid', index: 0, excerpt: body.slice(0, 40) }];
    const parserOf = (provider: string) => ({ provider, parse: () => ({ signals: [], rejects, ignored: {} }) });
    const raw: Delivery = { ...delivery, deliveryId, bodyBase64: bodyOf(body) };
    return recordInboxMessage(JSON.stringify(raw), 1, { ...partsOf(world), parserOf });
  };

  it('is removed, small or large, also where its letters are escaped, and its reason stays', async () => {
    const world = await sent();
    const filler = 'x'.repeat(120_000);
    await rejected(world, 'd-1', `{"a":"some words before it","name":"${NAME}"}`);
    await rejected(world, 'd-2', `{"a":"${filler}","email":"${EMAIL.toUpperCase()}"}`);
    await rejected(world, 'd-3', '{"name":"\\u004eora Nwosu"}');
    await rejected(world, 'd-4', '{"name":"Somebody Else"}');
    expect(world.files.keys()).toEqual(['quarantine/d-2.json']);
    await forget(world);
    const entries = await world.store.listQuarantine(['2026-11-02']);
    const shown = entries.map((entry) => [
      entry.deliveryId,
      entry.bodyGone,
      entry.excerpt,
      entry.delivery === undefined,
    ]);
    expect(shown.sort()).toEqual([
      ['d-1', 'removed', '', true],
      ['d-2', 'removed', '', true],
      ['d-3', 'removed', '', true],
      ['d-4', undefined, '{"name":"Somebody Else"}', false],
    ]);
    expect(entries.every(({ sentence }) => sentence === 'the event is not valid')).toBe(true);
    expect(new TextDecoder().decode(await world.files.get('quarantine/d-2.json'))).toBe('removed on request');
    expect(nameIn(world)).toBe(false);
    // The queue may bring the same delivery once more.
    await rejected(world, 'd-1', `{"a":"some words before it","name":"${NAME}"}`);
    await rejected(world, 'd-2', `{"a":"${filler}","email":"${EMAIL}"}`);
    expect(nameIn(world)).toBe(false);
    expect(new TextDecoder().decode(await world.files.get('quarantine/d-2.json'))).toBe('removed on request');
  });
});
