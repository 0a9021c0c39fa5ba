import * as z from 'zod';
import { FAULT_KINDS } from '../../../local/sandbox-kit/faults.ts';
import { RATE_LIMITS, type SalesforceFault, SERVER_ERRORS } from './salesforce-faults.ts';
import type { SalesforceSwitches } from './switches.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const fieldsSchema = z.record(z.string(), value);

export const contactSchema = z.object({
  email: z.string().min(3),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  roles: z.array(z.string()).optional(),
  isPrimary: z.boolean().optional(),
});

export const newOpportunitySchema = z.object({
  name: z.string().min(1),
  amount: z.number().optional(),
  currency: z.string().optional(),
  closeDate: z.string().optional(),
  stage: z.string().optional(),
  ownerEmail: z.string().optional(),
  account: z.object({ name: z.string().min(1) }).optional(),
  contacts: z.array(contactSchema).optional(),
  lineItems: z.array(z.object({ name: z.string(), quantity: z.number(), price: z.number() })).optional(),
  recordTypeId: z.string().optional(),
  fields: fieldsSchema.optional(),
  createdAtMs: z.number().optional(),
});

export const moveSchema = z.object({ stage: z.string().min(1), atMs: z.number().optional() });
export const manySchema = z.object({ ids: z.array(z.string()), fields: fieldsSchema });
export const urlSchema = z.object({ url: z.url().nullable() });
export const activeSchema = z.object({ isActive: z.boolean() });
export const onSchema = z.object({ on: z.boolean() });
export const labelSchema = z.object({ label: z.string().min(1) });
export const gapSchema = z.object({
  change: z.enum(['CREATE', 'UPDATE', 'DELETE', 'UNDELETE']),
  recordIds: z.array(z.string()),
});

export const newStageSchema = z.object({
  apiName: z.string().min(1),
  label: z.string().optional(),
  probability: z.number().min(0).max(100).optional(),
  isClosed: z.boolean().optional(),
  isWon: z.boolean().optional(),
});

export const ruleSchema = z.object({
  object: z.string().optional(),
  when: z.record(z.string(), z.array(value)).optional(),
  required: z.array(z.string()).optional(),
  message: z.string().min(1),
  fields: z.array(z.string()).optional(),
});

export const customFieldSchema = z.object({
  object: z.string(),
  fullName: z.string(),
  label: z.string(),
  type: z.enum(['Text', 'LongTextArea', 'Checkbox', 'Number', 'Date', 'DateTime']),
  length: z.number().int().positive().optional(),
  unique: z.boolean().optional(),
  externalId: z.boolean().optional(),
});

export const flowSchema = z.object({ url: z.url(), apiKey: z.string(), hmacKey: z.string().optional() }).nullable();

/** Fields that were not sent are left out, not undefined. */
function present<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(input).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export const faultSchema = z
  .object({
    kind: z.enum(FAULT_KINDS as [SalesforceFault['kind'], ...SalesforceFault['kind'][]]),
    match: z.string().default(''),
    times: z.coerce.number().int().positive().optional(),
    probability: z.coerce.number().min(0).max(1).optional(),
    delayMs: z.coerce.number().int().nonnegative().optional(),
    limit: z.enum(RATE_LIMITS).optional(),
    error: z.enum(SERVER_ERRORS).optional(),
  })
  .transform((fault) => present(fault) as SalesforceFault);

const count = z.number().int().nonnegative();

export const switchesSchema = z
  .strictObject({
    environment: z.enum(['production', 'sandbox']),
    grantRefused: z.boolean(),
    alwaysUnauthorized: z.boolean(),
    sessionTimeoutMinutes: count,
    jwtMinutes: z.union([z.literal(3), z.literal(5)]),
    requestsPerDay: count,
    pageSize: z.number().int().positive(),
    lockStatus: z.union([z.literal(400), z.literal(409), z.literal(500)]),
    restrictedStages: z.boolean(),
    multiCurrency: z.boolean(),
    recordTypes: z.boolean(),
    fieldHistory: z.enum(['on', 'off', 'no-object']),
    uniqueTaskKey: z.boolean(),
    duplicateFields: z.enum(['named', 'empty']),
    outboundMessages: z.boolean(),
    outboundMessageFields: z.array(z.string()),
    contactRoleMessages: z.boolean(),
    apiUserSendsMessages: z.boolean(),
    coalesceMs: count,
    orgIdLength: z.union([z.literal(15), z.literal(18)]),
    soapContentType: z.enum(['text/xml', 'application/xml']),
    soapActionHeader: z.boolean(),
    deletedNotification: z.enum(['no-object', 'empty-object']),
    relayIds: z.boolean(),
    commitDelayMs: z.number().int(),
    commitInWholeSeconds: z.boolean(),
  })
  .partial()
  .transform((changes) => present(changes) as Partial<SalesforceSwitches>);
