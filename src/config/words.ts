import * as z from 'zod';
import { say } from './config-problem.ts';

/** Names that become part of keys in the table: short, and the same in every file system and URL. */
export function slug(what: string) {
  return z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      say(`this is not usable as ${what}`, 'use 1 to 40 lower-case letters, digits and hyphens, e.g. "emea-standard"'),
    );
}

/** Text for people, on one line or several. */
export function text(maxLength: number) {
  return z
    .string()
    .min(1, say('this is empty', 'write some text, or leave the line out if it is optional'))
    .max(maxLength, say(`this is longer than ${maxLength} characters`, 'shorten it'));
}

/** Ids as the CRM gives them. YAML reads a bare 75012345 as a number; it is the same id. */
export const crmId = z
  .union([z.string().min(1).max(120), z.int().nonnegative()], {
    error: say('this is not an id', 'write the id as the CRM shows it; in quotes if it begins with a zero'),
  })
  .transform(String);

export const email = z
  .string()
  .regex(
    /^[^\s@<>"(),:;[\]\\]+@[^\s@.]+(\.[^\s@.]+)+$/,
    say('this is not an e-mail address', 'write e.g. legal@example.com'),
  );

export function wholeNumber(least: number, most: number, unit: string) {
  const message = say('this is not possible here', `write a whole number from ${least} to ${most} (${unit})`);
  return z
    .int({ error: (issue) => (issue.input === undefined ? undefined : message) })
    .min(least, message)
    .max(most, message);
}

/** A point in time with its zone: without one it would mean something else on every machine. */
export const instant = z.iso.datetime({
  offset: true,
  error: (issue) =>
    typeof issue.input === 'string'
      ? say('this is not a date with time and zone', 'write e.g. 2026-11-01T00:00:00Z or 2026-11-01T00:00:00+01:00')
      : undefined,
});

export const calendarDate = z.iso.date({
  error: (issue) =>
    typeof issue.input === 'string' ? say('this is not a date of the calendar', 'write e.g. 2026-12-25') : undefined,
});

const propertyValue = z
  .union([z.string(), z.number(), z.boolean()], {
    error: say('this is not a value that a CRM property can have', 'write text, a number, or true or false'),
  })
  .transform(String);

/** All given conditions must hold; a block that is left out holds always. */
export const condition = z
  .strictObject({
    pipelines: z.array(crmId).min(1).exactOptional(),
    amount: z
      .strictObject({ atLeast: z.number().nonnegative().exactOptional(), below: z.number().positive().exactOptional() })
      .refine(
        ({ atLeast, below }) => atLeast === undefined || below === undefined || atLeast < below,
        say('no amount is at least this and below that', 'make "atLeast" smaller than "below"'),
      )
      .exactOptional(),
    currency: z
      .array(z.string().regex(/^[A-Z]{3}$/, say('this is not a currency code', 'write three capitals, e.g. EUR')))
      .min(1)
      .exactOptional(),
    properties: z.record(z.string(), z.array(propertyValue).min(1)).exactOptional(),
  })
  .describe('All given conditions must hold.');
