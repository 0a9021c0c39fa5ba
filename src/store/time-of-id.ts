const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;

/** Ids of `createIds`: 48 bits of milliseconds, then 80 random bits, 26 characters in base 32. */
const FORM = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** When an id was made, epoch milliseconds; undefined for ids that were not made by us. */
export function timeOfId(id: string): number | undefined {
  if (!FORM.test(id)) return undefined;
  let ms = 0;
  for (const digit of id.slice(0, TIME_DIGITS)) ms = ms * 32 + DIGITS.indexOf(digit);
  return ms;
}
