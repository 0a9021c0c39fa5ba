import { describe, expect, test } from 'vitest';
import { addBusinessDays, calendarDateOf, zonedTimeToMs } from './calendar.ts';

const berlin = { timeZone: 'Europe/Berlin', holidays: ['2026-05-14', '2026-12-25'], dueHour: 17 };

test.each([
  ['2026-05-03T21:59:59Z', 'Europe/Berlin', '2026-05-03'],
  ['2026-05-03T22:00:00Z', 'Europe/Berlin', '2026-05-04'],
  ['2026-05-03T22:00:00Z', 'America/Los_Angeles', '2026-05-03'],
  ['2026-12-31T10:30:00Z', 'Pacific/Auckland', '2026-12-31'],
  ['2026-12-31T11:00:00Z', 'Pacific/Auckland', '2027-01-01'],
  ['2024-02-29T12:00:00Z', 'UTC', '2024-02-29'],
])('%s is in %s on %s', (at, zone, date) => {
  expect(calendarDateOf(Date.parse(at), zone)).toBe(date);
});

describe('the moment of a wall clock', () => {
  test.each([
    ['2026-01-15', 17, 'Europe/Berlin', '2026-01-15T16:00:00.000Z'],
    ['2026-07-15', 17, 'Europe/Berlin', '2026-07-15T15:00:00.000Z'],
    ['2026-07-15', 0, 'America/New_York', '2026-07-15T04:00:00.000Z'],
    ['2026-07-15', 9, 'Asia/Kolkata', '2026-07-15T03:30:00.000Z'],
    ['2026-07-15', 9, 'Pacific/Kiritimati', '2026-07-14T19:00:00.000Z'],
    // 29 March 2026: 02:00 becomes 03:00; both sides of the change.
    ['2026-03-29', 1, 'Europe/Berlin', '2026-03-29T00:00:00.000Z'],
    ['2026-03-29', 2, 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-03-29', 3, 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-03-29', 17, 'Europe/Berlin', '2026-03-29T15:00:00.000Z'],
    // 25 October 2026: 02:00 comes twice; the first one counts.
    ['2026-10-25', 2, 'Europe/Berlin', '2026-10-25T00:00:00.000Z'],
    ['2026-10-25', 3, 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    ['2026-10-25', 17, 'Europe/Berlin', '2026-10-25T16:00:00.000Z'],
    ['2026-11-01', 1, 'America/New_York', '2026-11-01T05:00:00.000Z'],
    // Half an hour only: Lord Howe Island skips 02:00 to 02:30 on 4 October 2026.
    ['2026-10-04', 2, 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z'],
  ])('%s at %i in %s is %s', (date, hour, zone, at) => {
    expect(new Date(zonedTimeToMs(date, hour, zone)).toISOString()).toBe(at);
  });

  test('an unknown time zone is refused', () => {
    expect(() => zonedTimeToMs('2026-01-01', 9, 'Mars/Olympus')).toThrow(RangeError);
  });
});

test.each([
  ['a working day plus none', '2026-05-04', 0, '2026-05-04'],
  ['a Saturday plus none', '2026-05-09', 0, '2026-05-11'],
  ['a holiday plus none', '2026-05-14', 0, '2026-05-15'],
  ['a Friday plus one', '2026-05-08', 1, '2026-05-11'],
  ['a Sunday plus one: Monday is the day after', '2026-05-10', 1, '2026-05-11'],
  ['over a holiday', '2026-05-13', 1, '2026-05-15'],
  ['a week', '2026-05-04', 5, '2026-05-11'],
  ['over a holiday and a weekend', '2026-05-12', 3, '2026-05-18'],
  ['over the end of the year', '2026-12-24', 1, '2026-12-28'],
  ['backwards', '2026-05-11', -1, '2026-05-08'],
  ['backwards from a Sunday', '2026-05-10', -1, '2026-05-08'],
])('counts business days: %s', (_, date, days, expected) => {
  expect(addBusinessDays(date, days, berlin)).toBe(expected);
});

test('a calendar without any business day does not hang', () => {
  const never = Array.from({ length: 3000 }, (_, day) =>
    new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
  );
  expect(addBusinessDays('2026-01-01', 2, { ...berlin, holidays: never })).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});
