/** What a caller wants to see of one partition; `after` is exclusive and lies in the direction of reading. */
export interface RangeOptions {
  readonly prefix?: string;
  readonly after?: string;
  readonly limit?: number;
  readonly descending?: boolean;
}

/** Sort keys are compared by their UTF-8 bytes, as DynamoDB does ("Data types", string ordering). */
export function compareSortKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

export function isInRange(sortKey: string, options: RangeOptions): boolean {
  if (options.prefix !== undefined && !sortKey.startsWith(options.prefix)) return false;
  if (options.after === undefined) return true;
  const order = compareSortKeys(sortKey, options.after);
  return options.descending === true ? order < 0 : order > 0;
}

/** The last code point: no key with a prefix sorts behind prefix + this. */
const LAST = '\u{10FFFF}';

/** One condition on the sort key, because DynamoDB takes only one; `none`: nothing can match, do not ask. */
export type SortKeyCondition =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'begins-with' | 'above' | 'below'; readonly value: string }
  | { readonly kind: 'between'; readonly from: string; readonly to: string };

/** `between` includes its ends: the caller drops the row that equals `after`. */
export function sortKeyCondition(options: RangeOptions): SortKeyCondition {
  const { prefix, after, descending = false } = options;
  if (after === undefined) {
    return prefix === undefined || prefix === '' ? { kind: 'all' } : { kind: 'begins-with', value: prefix };
  }
  if (prefix === undefined || prefix === '') return { kind: descending ? 'below' : 'above', value: after };
  const last = prefix + LAST;
  const from = !descending && compareSortKeys(after, prefix) > 0 ? after : prefix;
  const to = descending && compareSortKeys(after, last) < 0 ? after : last;
  return compareSortKeys(from, to) > 0 ? { kind: 'none' } : { kind: 'between', from, to };
}
