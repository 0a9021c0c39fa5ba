import * as z from 'zod';

/** Largest time that a JavaScript date can hold, in ms. */
const MAX_TIME_MS = 8.64e15;

const ID_MESSAGE = 'must be a record id, e.g. 9876543210';
const TIME_MESSAGE = 'must be a time in milliseconds';

/** A record id: HubSpot sends numbers in some places and texts in others. A number beyond 2^53 has lost digits. */
const recordId = z
  .union([z.number(), z.string()], { error: ID_MESSAGE })
  .refine((value) => typeof value === 'string' || Number.isSafeInteger(value), ID_MESSAGE)
  .transform(String)
  .refine((value) => /^[1-9]\d{0,19}$/.test(value), ID_MESSAGE);

const timeMs = z
  .union([z.number(), z.string().regex(/^\d{1,16}$/, TIME_MESSAGE)], { error: TIME_MESSAGE })
  .transform(Number)
  .refine((value) => Number.isInteger(value) && value > 0 && value <= MAX_TIME_MS, TIME_MESSAGE);

/** What tells one kind of event from another; `subscriptionType` today, `eventType` in older samples. */
export const webhookKind = z.object({
  subscriptionType: z.string().optional(),
  eventType: z.string().optional(),
  objectTypeId: z.string().optional(),
});

export const webhookAccount = z.object({ portalId: recordId });

const occurred = { occurredAt: timeMs };

export const propertyChange = z.object({
  ...occurred,
  objectId: recordId,
  propertyName: z.string().min(1).max(250),
  propertyValue: z.union([z.string(), z.number().transform(String)]).nullish(),
});

/** A stage id is short; a longer one would also make the signal's id too long. */
export const stageValue = z.string().min(1).max(100);

export const recordEvent = z.object({ ...occurred, objectId: recordId });

/** Whether the time is always there is documented nowhere; the fact does not depend on it. */
export const privacyDeletion = z.object({ occurredAt: timeMs.optional().catch(undefined), objectId: recordId });

export const mergeEvent = z.object({
  ...occurred,
  primaryObjectId: recordId.optional(),
  newObjectId: recordId.nullish(),
  mergedObjectIds: z.array(recordId),
});

export const associationChange = z.object({
  ...occurred,
  objectId: recordId.optional(),
  associationType: z.string().min(1).max(100),
  fromObjectId: recordId.optional(),
  toObjectId: recordId.optional(),
});

/** `GET /account-info/v3/details`, the part that is used. */
export const accountDetails = z.object({
  portalId: z.union([z.number(), z.string()]).transform(String),
  companyCurrency: z.string().min(1).nullish(),
});

/** `POST /oauth/v1/token`, the part that is used. */
export const tokenReply = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  /** Seconds. */
  expires_in: z.number().positive(),
});

/** `POST /files/v3/files`, the part that is used. */
export const uploadedFile = z.object({ id: z.union([z.string().min(1), z.number()]).transform(String) });

/** An error reply; HubSpot documents every field as optional. */
export const errorReply = z.object({
  message: z.string().optional().catch(undefined),
  category: z.string().optional().catch(undefined),
  correlationId: z.string().optional().catch(undefined),
  policyName: z.string().optional().catch(undefined),
  status: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ context: z.record(z.string(), z.unknown()).optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});
