/** What stands in the place of a name or an address that was removed. */
export const REMOVED = 'removed on request';

/** Other words that tell who somebody is are taken out with the name, e.g. the reason that the person gave. */
export interface Identity {
  readonly names: readonly string[];
  readonly emails: readonly string[];
  readonly words?: readonly string[];
}

/**
 * Takes a person's names and addresses out of a text, in whatever case they are written and wherever they stand alone:
 * `ada@x.com` is no part of `nada@x.com`. The same text comes back when they are not in it.
 */
export function createRedactor({ names, emails, words = [] }: Identity): (text: string) => string {
  const patterns = [
    ...sorted(emails).map((email) => `(?<![\\p{L}\\p{N}._%+-])${literal(email)}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`),
    ...sorted([...words, ...names]).map((name) => `(?<![\\p{L}\\p{N}])${literal(name)}(?![\\p{L}\\p{N}])`),
  ];
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.join('|'), 'giu');
  return (text) => text.replace(pattern, REMOVED);
}

/** The longest first: of two names that begin alike, the whole one is taken. */
function sorted(texts: readonly string[]): readonly string[] {
  const present = texts.map((text) => text.trim()).filter((text) => text !== '' && text !== REMOVED);
  return [...new Set(present)].sort((a, b) => b.length - a.length);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
