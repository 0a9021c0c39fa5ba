/** An instant as the REST API writes it: whole seconds, `2026-11-23T10:00:00.000+0000`. */
export function wireTime(atMs: number): string {
  return new Date(Math.floor(atMs / 1000) * 1000).toISOString().replace('Z', '+0000');
}

/** Reads a date and time with an offset or `Z`; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)(Z|[+-]\d{2}:?\d{2})$/.exec(text);
  if (parts === null) return undefined;
  const offset = parts[2]?.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2') ?? 'Z';
  const atMs = Date.parse(`${parts[1]}${offset}`);
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** True for a day of the calendar, `2026-11-23`. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const atMs = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}

/** The same instant as XML and change events write it: `2026-11-23T10:00:00.000Z`. */
export function zuluTime(wire: string): string {
  return wire.replace('+0000', 'Z');
}
