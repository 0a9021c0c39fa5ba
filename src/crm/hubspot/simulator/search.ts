import * as z from 'zod';
import { badRequest } from './failures.ts';
import { parseInstant } from './instants.ts';
import type { PropertyType } from './standard-properties.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const filterSchema = z.object({
  propertyName: z.string(),
  operator: z.enum([
    'EQ',
    'NEQ',
    'LT',
    'LTE',
    'GT',
    'GTE',
    'BETWEEN',
    'IN',
    'NOT_IN',
    'HAS_PROPERTY',
    'NOT_HAS_PROPERTY',
    'CONTAINS_TOKEN',
    'NOT_CONTAINS_TOKEN',
  ]),
  value: text.optional(),
  highValue: text.optional(),
  values: z.array(text).optional(),
});

export const searchSchema = z.object({
  filterGroups: z.array(z.object({ filters: z.array(filterSchema) })).default([]),
  sorts: z
    .array(z.union([z.string(), z.object({ propertyName: z.string(), direction: z.string().optional() })]))
    .default([]),
  query: z.string().nullish(),
  properties: z.array(z.string()).optional(),
  limit: z.number().int().min(1).default(10),
  after: text.nullish(),
});

export type SearchFilter = z.infer<typeof filterSchema>;
export type SearchRequest = z.infer<typeof searchSchema>;

/** HubSpot "Search the CRM", limits. */
const LIMITS = { groups: 5, filtersPerGroup: 6, filters: 18, query: 3000, page: 200, results: 10_000 };

/** Throws the 400 of every documented limit. */
export function checkSearchLimits(request: SearchRequest): void {
  const counts = request.filterGroups.map((group) => group.filters.length);
  const offset = Number(request.after ?? '0');
  if (counts.length > LIMITS.groups)
    throw badRequest(`Too many filter groups: ${counts.length}, at most ${LIMITS.groups}.`);
  if (counts.some((count) => count > LIMITS.filtersPerGroup)) {
    throw badRequest(`Too many filters in a group, at most ${LIMITS.filtersPerGroup}.`);
  }
  if (counts.reduce((sum, count) => sum + count, 0) > LIMITS.filters) {
    throw badRequest(`Too many filters, at most ${LIMITS.filters}.`);
  }
  if (request.sorts.length > 1) throw badRequest('Only one sort is supported.');
  if ((request.query ?? '').length > LIMITS.query) throw badRequest(`query is longer than ${LIMITS.query} characters.`);
  if (request.limit > LIMITS.page) throw badRequest(`limit must be ${LIMITS.page} or less, not ${request.limit}.`);
  if (!Number.isInteger(offset) || offset < 0) throw badRequest(`after was not a valid cursor: ${request.after}`);
  if (offset + request.limit > LIMITS.results) {
    throw badRequest(`Paging stops at ${LIMITS.results} results; narrow the filters.`);
  }
}

/** Groups are alternatives, filters within a group all have to hold; no group matches everything. */
export function matchesFilters(
  groups: SearchRequest['filterGroups'],
  value: (property: string) => string | undefined,
  typeOf: (property: string) => PropertyType,
): boolean {
  if (groups.length === 0) return true;
  return groups.some((group) =>
    group.filters.every((filter) => matches(filter, value(filter.propertyName), typeOf(filter.propertyName))),
  );
}

function matches(filter: SearchFilter, value: string | undefined, type: PropertyType): boolean {
  const wanted = filter.value ?? '';
  switch (filter.operator) {
    case 'HAS_PROPERTY':
      return value !== undefined;
    case 'NOT_HAS_PROPERTY':
      return value === undefined;
    case 'NEQ':
      return value === undefined || compareValues(value, wanted, type) !== 0;
    case 'NOT_IN':
      return value === undefined || !(filter.values ?? []).some((each) => compareValues(value, each, type) === 0);
    case 'NOT_CONTAINS_TOKEN':
      return value === undefined || !hasToken(value, wanted);
    default:
  }
  if (value === undefined) return false;
  switch (filter.operator) {
    case 'EQ':
      return compareValues(value, wanted, type) === 0;
    case 'LT':
      return compareValues(value, wanted, type) < 0;
    case 'LTE':
      return compareValues(value, wanted, type) <= 0;
    case 'GT':
      return compareValues(value, wanted, type) > 0;
    case 'GTE':
      return compareValues(value, wanted, type) >= 0;
    case 'BETWEEN':
      return compareValues(value, wanted, type) >= 0 && compareValues(value, filter.highValue ?? '', type) <= 0;
    case 'IN':
      return (filter.values ?? []).some((each) => compareValues(value, each, type) === 0);
    case 'CONTAINS_TOKEN':
      return hasToken(value, wanted);
    default:
      return filter.operator satisfies never;
  }
}

function hasToken(value: string, wanted: string): boolean {
  const pattern = wanted.toLowerCase().replaceAll('*', '');
  const tokens = value.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return wanted.includes('*') ? tokens.some((token) => token.includes(pattern)) : tokens.includes(pattern);
}

/** Order of two values of a property: numbers and times by size, text without case. NaN orders as unequal. */
export function compareValues(a: string, b: string, type: PropertyType): number {
  const number = (value: string) => (type === 'number' ? Number(value) : (parseInstant(value) ?? Number.NaN));
  if (type === 'number' || type === 'date' || type === 'datetime') return number(a) - number(b);
  return a.toLowerCase().localeCompare(b.toLowerCase(), 'en');
}
