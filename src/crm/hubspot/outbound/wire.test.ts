import { describe, expect, it } from 'vitest';
import { exchange, type Wire, within } from './wire.ts';

/** A network on which nothing ever answers. */
function createSilence(): { wire: Wire; calls: string[] } {
  const calls: string[] = [];
  const wire: Wire = {
    connectionId: 'hubspot-main',
    clock: { nowMs: () => 0 },
    timeoutMs: 60_000,
    fetch: (input, init) => {
      calls.push(String(input));
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    },
  };
  return { wire, calls };
}

const write = { method: 'PATCH', url: 'http://127.0.0.1:1/crm/v3/objects/deals/501' };

describe('the time that a method of the port may take', () => {
  it('cuts a request short that would last longer, which leaves a write in doubt', async () => {
    const { wire, calls } = createSilence();
    const answer = await within(20, () => exchange(wire, write, 'the grant'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'crm.unavailable', done: 'unknown' } });
    expect(calls).toEqual(['http://127.0.0.1:1/crm/v3/objects/deals/501']);
  });

  it('lets no request out when it is over, which leaves no doubt', async () => {
    const { wire, calls } = createSilence();
    const answer = await within(0, () => exchange(wire, write, 'the grant'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'crm.unavailable', done: 'no' } });
    expect(calls).toEqual([]);
  });

  it('does not lengthen what a single request may take', async () => {
    const { wire } = createSilence();
    const answer = await within(60_000, () => exchange(wire, { ...write, timeoutMs: 20 }, 'the grant'));
    expect(answer).toMatchObject({
      error: {
        message:
          'no usable answer from HubSpot to PATCH /crm/v3/objects/deals/501 (timed out); tried again later. If it lasts, check the network and baseUrl',
      },
    });
  });
});
