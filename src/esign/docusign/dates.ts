/** ISO 8601 as DocuSign writes it: up to seven decimals; without a zone it is UTC. */
const DATE_PATTERN = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/;

/** Milliseconds since 1970, the rest of the decimals cut off; undefined for what is no date. */
export function parseDateMs(text: string | undefined): number | undefined {
  const match = text === undefined ? null : DATE_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, seconds, decimals = '', zone = 'Z'] = match;
  const ms = Date.parse(`${seconds}.${decimals.slice(0, 3).padEnd(3, '0')}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}
