import { describe, expect, it } from 'vitest';
import { oneLookAtATime } from './one-look-at-a-time.ts';

function controlled() {
  const begun: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const look = oneLookAtATime((dealId, traceId) => {
    begun.push(`${dealId} ${traceId}`);
    return new Promise((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error))));
  });
  return { begun, ends, look };
}

describe('one look at a time', () => {
  it('lets ten wake-ups during a look share the single look that begins afterwards', async () => {
    const { begun, ends, look } = controlled();
    const first = look('a', 't0');
    const others = Array.from({ length: 10 }, (_, index) => look('a', `t${index + 1}`));
    expect(begun).toEqual(['a t0']);
    ends[0]?.();
    await first;
    await Promise.resolve();
    expect(begun).toEqual(['a t0', 'a t1']);
    ends[1]?.();
    await Promise.all(others);
    expect(begun).toHaveLength(2);
  });

  it('looks at different deals side by side', () => {
    const { begun, look } = controlled();
    void look('a', 't');
    void look('b', 't');
    expect(begun).toEqual(['a t', 'b t']);
  });

  it('begins the waiting look also when the one before failed, and tells each its own outcome', async () => {
    const { begun, ends, look } = controlled();
    const first = look('a', 't0');
    const second = look('a', 't1');
    ends[0]?.(new Error('out of reach'));
    await expect(first).rejects.toThrow('out of reach');
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(['a t0', 'a t1']);
    ends[1]?.();
    await expect(second).resolves.toBeUndefined();
  });
});
