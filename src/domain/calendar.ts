import type { Calendar } from './policies.ts';

const DAY_MS = 86_400_000;
/** More days without a single business day than any real calendar has; a calendar of holidays only must not hang. */
const MAX_DAYS_OFF = 400;

/** `YYYY-MM-DD` of a moment, as the wall calendar in the time zone shows it. Throws RangeError for an unknown zone. */
export function calendarDateOf(atMs: number, timeZone: string): string {
  return new Date(wallClockMs(atMs, timeZone)).toISOString().slice(0, 10);
}

/**
 * The moment at which wall clocks in the zone show this date and hour (0 to 23). An hour that daylight saving skips
 * is the moment at which the clocks jump over it; one that comes twice is the first of the two.
 */
export function zonedTimeToMs(date: string, hour: number, timeZone: string): number {
  const wallMs = Date.parse(`${date}T${String(hour).padStart(2, '0')}:00:00Z`);
  // Offsets of the day before and the day after: around a change of the clocks one of them is right.
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((aroundMs) => wallClockMs(aroundMs, timeZone) - aroundMs);
  const candidates = offsets.map((offsetMs) => wallMs - offsetMs).sort((a, b) => a - b);
  const [early = wallMs, late = early] = candidates;
  if (wallClockMs(early, timeZone) === wallMs) return early;
  if (wallClockMs(late, timeZone) === wallMs) return late;
  return firstAtOrAfter(early, late, (atMs) => wallClockMs(atMs, timeZone) >= wallMs);
}

/**
 * The date that lies `days` business days after `date` (before it when negative). 0 is the date itself, or the next
 * business day when it is a weekend or a holiday.
 */
export function addBusinessDays(date: string, days: number, calendar: Calendar): string {
  const direction = days < 0 ? -1 : 1;
  let at = date;
  for (let off = 0; !isBusinessDay(at, calendar) && off < MAX_DAYS_OFF; off += 1) {
    at = addDays(at, days === 0 ? 1 : -direction);
  }
  for (let left = Math.abs(days); left > 0; left -= 1) {
    at = addDays(at, direction);
    for (let off = 0; !isBusinessDay(at, calendar) && off < MAX_DAYS_OFF; off += 1) at = addDays(at, direction);
  }
  return at;
}

/** Monday to Friday and no holiday. */
export function isBusinessDay(date: string, calendar: Calendar): boolean {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !calendar.holidays.includes(date);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** What a wall clock shows, as if it were UTC. */
function wallClockMs(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(atMs);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

function firstAtOrAfter(fromMs: number, untilMs: number, holds: (atMs: number) => boolean): number {
  let low = fromMs;
  let high = untilMs;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
