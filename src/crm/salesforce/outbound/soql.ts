import { recordId18 } from '../ids.ts';

/**
 * A text as SOQL has it, with its quotes (Salesforce, "Quoted String Escape Sequences"). Every value that is not a
 * record id or a time goes through here: whoever can rename an owner must not be able to write a query.
 */
export function soqlText(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('\b', '\\b')
    .replaceAll('\f', '\\f');
  return `'${escaped}'`;
}

/** A record id as SOQL has it. Throws for what is none: callers have to know before they ask. */
export function soqlId(value: string): string {
  const id = recordId18(value);
  if (id === undefined) throw new TypeError('only a record id may be part of this query');
  return `'${id}'`;
}

/** A time as SOQL has it, without quotes. */
export function soqlTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
