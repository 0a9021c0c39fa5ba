import { suggest } from './did-you-mean.ts';

/** Where contract fields and texts may take values from, beside `deal.property.<name in the CRM>`. */
export const SOURCES = [
  'deal.name',
  'deal.amount',
  'deal.currency',
  'deal.closeDate',
  'company.name',
  'owner.name',
] as const;

const PROPERTY = /^deal\.property\.[A-Za-z0-9_]{1,100}$/;

/** What is wrong with a source and what would be right; undefined when it is one. */
export function checkSource(source: string): { wrong: string; right: string } | undefined {
  if ((SOURCES as readonly string[]).includes(source) || PROPERTY.test(source)) return undefined;
  const right = suggest(source, SOURCES, 'write "deal.property.<name in the CRM>" or one of');
  return { wrong: `"${source}" is not a value that a deal has`, right };
}

/** The sources in double braces of a text: `Agreement with {{company.name}}`. */
export function placeholdersOf(text: string): readonly string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/gs)].map((match) => (match[1] ?? '').trim());
}
