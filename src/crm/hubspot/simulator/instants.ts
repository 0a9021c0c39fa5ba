/** An instant as HubSpot writes it: ISO 8601 in UTC, milliseconds only when there are any. */
export function isoInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

/** Reads what HubSpot accepts as a date or time: epoch milliseconds or ISO 8601, date alone meaning midnight UTC. */
export function parseInstant(text: string): number | undefined {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : atMs;
}
