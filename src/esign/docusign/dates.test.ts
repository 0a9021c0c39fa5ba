import { expect, test } from 'vitest';
import { parseDateMs } from './dates.ts';

test.each([
  ['2026-11-20T10:15:32.1234567Z', 1795169732123],
  ['2026-11-20T10:15:32Z', 1795169732000],
  ['2026-11-20T10:15:32.5Z', 1795169732500],
  ['2026-11-20T10:15:32.1', 1795169732100],
  ['2026-11-20T10:15:32.9999999+02:00', 1795162532999],
  ['2026-11-20', undefined],
  ['20/11/2026 10:15', undefined],
  ['2026-13-40T10:15:32Z', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %s as %s', (text, ms) => {
  expect(parseDateMs(text)).toBe(ms);
});
