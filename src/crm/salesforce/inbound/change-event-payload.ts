import * as z from 'zod';

/** Largest time that a JavaScript date can hold, in ms. */
const MAX_TIME_MS = 8.64e15;
const TIME_MESSAGE = 'must be a time: milliseconds, or ISO 8601 with a zone';
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Both forms occur: milliseconds in change events, ISO texts in some of their relays. */
const timeMs = z
  .union([z.number(), z.string()], { error: TIME_MESSAGE })
  .transform((value) => (typeof value === 'number' ? value : msOf(value)))
  .refine((value) => Number.isInteger(value) && value > 0 && value <= MAX_TIME_MS, TIME_MESSAGE);

function msOf(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  return ISO.test(text) ? Date.parse(text) : Number.NaN;
}

/** Digits without a loss: larger numbers than 2^53 come as text, see exact-json.ts. */
const count = z
  .union([z.number(), z.string()], { error: 'must be a whole number' })
  .transform(String)
  .refine((text) => /^\d{1,20}$/.test(text), 'must be a whole number with all its digits');

const text = z.string().nullish().catch(undefined);

/** What every change event says of itself, and what sorts out those that are of no interest. */
export const changeKind = z.object({
  entityName: z.string().min(1),
  changeType: z.string().min(1),
});

/** "ChangeEventHeader Fields" (Salesforce, Change Data Capture Developer Guide), the part that is used. */
export const changeHeader = z.object({
  recordIds: z.array(z.unknown()),
  commitTimestamp: timeMs,
  commitNumber: count,
  /** Orders the events of one transaction, from 1. */
  sequenceNumber: count,
  changeOrigin: text,
  changedFields: z.array(z.string()).nullish().catch(undefined),
});

export type ChangeHeader = z.infer<typeof changeHeader>;

/** The part of an EventBridge event that tells where it is from. */
export const relayedEvent = z.object({
  source: z.string(),
  'detail-type': text,
  detail: z.looseObject({
    payload: z.record(z.string(), z.unknown()).optional().catch(undefined),
  }),
});
