import * as z from 'zod';
import { FAULT_KINDS } from '../../../local/sandbox-kit/faults.ts';
import type { HubSpotFault } from './hubspot-faults.ts';
import type { HubSpotSwitches } from './switches.ts';

export const texts = z.record(z.string(), z.string());

export const contactSchema = z.object({
  email: z.string().min(3),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  labels: z.array(z.string()).optional(),
  properties: texts.optional(),
});

export const newDealSchema = z.object({
  name: z.string().min(1),
  amount: z.union([z.string(), z.number()]).optional(),
  currency: z.string().optional(),
  pipeline: z.string().optional(),
  stage: z.string().optional(),
  closeDate: z.string().optional(),
  ownerEmail: z.string().optional(),
  properties: texts.optional(),
  company: texts.optional(),
  contacts: z.array(contactSchema).optional(),
  lineItems: z
    .array(z.object({ name: z.string(), quantity: z.number(), price: z.number(), sku: z.string().optional() }))
    .optional(),
  createdAtMs: z.number().optional(),
});

export const moveSchema = z.object({ stage: z.string().min(1), atMs: z.number().optional() });
export const mergeSchema = z.object({ primaryId: z.string(), otherId: z.string() });
export const urlSchema = z.object({ url: z.url().nullable() });

/** Fields that were not sent are left out, not undefined. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== '');
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export const faultSchema = z
  .object({
    kind: z.enum(FAULT_KINDS as [HubSpotFault['kind'], ...HubSpotFault['kind'][]]),
    match: z.string().default(''),
    times: z.coerce.number().int().positive().optional(),
    probability: z.coerce.number().min(0).max(1).optional(),
    delayMs: z.coerce.number().int().nonnegative().optional(),
    policyName: z.enum(['TEN_SECONDLY_ROLLING', 'SECONDLY', 'DAILY']).optional(),
    status: z.coerce.number().int().min(400).max(599).optional(),
    retryAfterSeconds: z.coerce.number().int().positive().optional(),
  })
  // An empty match is one too: it fits everything.
  .transform((fault): HubSpotFault => ({ ...present(fault), match: fault.match }) as HubSpotFault);

const count = z.number().int().nonnegative();

export const switchesSchema = z
  .strictObject({
    format: z.enum(['classic', 'generic', 'both']),
    eventIdOnRetry: z.enum(['same', 'new']),
    webhooks: z.boolean(),
    subscribedProperties: z.array(z.string()),
    coalesceMs: count,
    occurredAtSkewMs: z.number().int(),
    refreshTokenRotates: z.boolean(),
    accessTokenTtlSeconds: count,
    missingScopes: z.array(z.string()),
    uniqueTaskProperties: z.boolean(),
    uniqueClashStatus: z.union([z.literal(400), z.literal(409)]),
    historyOrder: z.enum(['newest-first', 'oldest-first']),
    mergedIdAnswers: z.enum(['winner', 'not-found']),
    searchLagMs: count,
    searchPerSecond: count,
    requestsPerTenSeconds: count,
    requestsPerDay: count,
  })
  .partial()
  .transform((changes) => present(changes) as Partial<HubSpotSwitches>);
