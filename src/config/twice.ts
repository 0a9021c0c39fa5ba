import type { Located } from './read-parts.ts';

/** Those whose key was there before; without a key they are left out. */
export function twice<T>(list: readonly Located<T>[], keyOf: (value: T) => string | undefined): readonly Located<T>[] {
  const seen = new Set<string>();
  return list.filter(({ value }) => {
    const key = keyOf(value);
    if (key === undefined) return false;
    const known = seen.has(key);
    seen.add(key);
    return known;
  });
}
