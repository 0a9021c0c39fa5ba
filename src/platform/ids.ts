import type { Clock } from './clock.ts';

/** Crockford's base 32: no I, L, O and U, so that an id can be read aloud. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/**
 * Makes ids of 26 characters that sort by the time they were made: 48 bits of milliseconds, then 80 random bits
 * (layout: ULID specification, github.com/ulid/spec). Within one process every id is greater than the one before,
 * also within a millisecond and when the clock goes back.
 *
 * @param random numbers in [0, 1)
 */
export function createIds(clock: Clock, random: () => number): () => string {
  let lastMs = -1;
  let time = '';
  const tail: number[] = new Array<number>(RANDOM_DIGITS).fill(0);

  return () => {
    const nowMs = clock.nowMs();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      time = timeDigits(lastMs);
      for (let index = 0; index < RANDOM_DIGITS; index += 1) tail[index] = Math.floor(random() * 32);
    } else if (!increment(tail)) {
      // All 80 bits are used up within one millisecond: borrow the next one.
      lastMs += 1;
      time = timeDigits(lastMs);
    }
    let id = time;
    for (const digit of tail) id += DIGITS.charAt(digit);
    return id;
  };
}

/** Drawn ahead: asking the system for four bytes costs as much as for a thousand, and one id needs sixteen numbers. */
const drawn = new Uint32Array(2048);
let used = drawn.length;

/** Random numbers for ids from the system's cryptographic source: two processes that start together do not collide. */
export function systemRandom(): number {
  if (used >= drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  const value = drawn[used] ?? 0;
  used += 1;
  return value / 2 ** 32;
}

/** Adds one in place; false when it overflowed to zero. */
function increment(digits: number[]): boolean {
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const next = (digits[index] ?? 0) + 1;
    digits[index] = next % 32;
    if (next < 32) return true;
  }
  return false;
}

function timeDigits(ms: number): string {
  let rest = ms;
  let text = '';
  for (let index = 0; index < TIME_DIGITS; index += 1) {
    text = DIGITS.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
