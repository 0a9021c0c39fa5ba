import { calendarDateOf } from './calendar.ts';
import { decimalOf } from './conditions.ts';
import type { DealFacts } from './deal-facts.ts';
import type { FieldRule } from './policies.ts';

const PLACEHOLDER = /\{\{\s*([^{}]+?)\s*\}\}/g;
const PROPERTY = 'deal.property.';

const SOURCES: Readonly<Record<string, (facts: DealFacts) => string | undefined>> = {
  'deal.name': (facts) => facts.name,
  'deal.amount': (facts) => facts.amount,
  'deal.currency': (facts) => facts.currency,
  'deal.closeDate': (facts) => facts.closeDate,
  'company.name': (facts) => facts.company?.name,
  'owner.name': (facts) => facts.owner?.name,
};

export function isSource(name: string): boolean {
  return Object.hasOwn(SOURCES, name) || (name.startsWith(PROPERTY) && name.length > PROPERTY.length);
}

/** What the deal says under this name, trimmed; undefined when it says nothing or the name is none of ours. */
export function sourceValue(name: string, facts: DealFacts): string | undefined {
  const property = name.startsWith(PROPERTY) ? name.slice(PROPERTY.length) : undefined;
  const value =
    property === undefined
      ? Object.hasOwn(SOURCES, name)
        ? SOURCES[name]?.(facts)
        : undefined
      : Object.hasOwn(facts.properties, property)
        ? facts.properties[property]
        : undefined;
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** Value as a document shows it; undefined when it cannot be read as what the format asks for. */
export function formatted(
  value: string,
  format: FieldRule['format'],
  facts: DealFacts,
  timeZone: string,
): string | undefined {
  if (format === 'money') return asMoney(value, facts.currency);
  if (format === 'date') return asDate(value, timeZone);
  return value;
}

/**
 * Replaces `{{name}}`; money and dates as people write them. `missing` lists names without a value, once each; in
 * their place stands what `whenMissing` gives.
 */
export function interpolate(
  text: string,
  facts: DealFacts,
  timeZone: string,
  whenMissing: (name: string) => string = () => '',
): { readonly text: string; readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const filled = text.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = sourceValue(name, facts);
    if (value === undefined) {
      missing.add(name);
      return whenMissing(name);
    }
    const format = name === 'deal.amount' ? 'money' : name === 'deal.closeDate' ? 'date' : 'text';
    return formatted(value, format, facts, timeZone) ?? value;
  });
  return { text: filled, missing: [...missing] };
}

function asMoney(value: string, currency: string | undefined): string | undefined {
  if (decimalOf(value) === undefined) return undefined;
  const known = currency !== undefined && /^[A-Za-z]{3}$/.test(currency);
  const style = known
    ? ({ style: 'currency', currency } as const)
    : ({ minimumFractionDigits: 2, maximumFractionDigits: 2 } as const);
  // The string itself is formatted, so that no digit of a large amount is lost in a binary fraction.
  const text = new Intl.NumberFormat('en', style).format(value.trim() as Intl.StringNumericLiteral);
  return text.replaceAll('\u00a0', ' ');
}

/** Accepts a calendar date, an ISO time, and epoch milliseconds. */
function asDate(value: string, timeZone: string): string | undefined {
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const atMs = /^\d{11,14}$/.test(value) ? Number(value) : Date.parse(dateOnly ? `${value}T00:00:00Z` : value);
  if (!Number.isFinite(atMs)) return undefined;
  const date = dateOnly ? value : calendarDateOf(atMs, timeZone);
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' }).format(
    Date.parse(`${date}T00:00:00Z`),
  );
}
