/** What was waited for did not happen. */
export class NeverHappened extends Error {}

/**
 * Looks again and again until there is an answer. NeverHappened says what was waited for.
 *
 * @param look undefined means not yet
 */
export async function until<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const everyMs = 20;
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += everyMs) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new NeverHappened(`waited ${timeoutMs / 1000} s in vain: ${what}`);
}
