/** `3 May 2026`, in this time zone. */
export function day(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'long', year: 'numeric' }).format(atMs);
}

/** `14:05`, in this time zone. */
export function time(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(atMs);
}

/** `14:05:09`, in this time zone. */
export function timeWithSeconds(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(atMs);
}

/** `3 May 2026 14:05`, in this time zone. */
export function dateTime(atMs: number, timeZone: string): string {
  return `${day(atMs, timeZone)} ${time(atMs, timeZone)}`;
}
