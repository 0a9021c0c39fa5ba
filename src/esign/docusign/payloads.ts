import * as z from 'zod';

// Lenient: only what is used, unknown keys dropped, and an odd value in a place that does not decide reads as absent.

/** Decides who and what is meant: a wrong type is refused. */
const identifier = z.union([z.string(), z.number()]).transform(String);

/** Does not decide: null, missing and wrong types read as absent. */
const text = z.string().optional().catch(undefined);

const customFields = z.object({
  textCustomFields: z
    .array(z.object({ name: text, value: text }).catch({}))
    .optional()
    .catch(undefined),
});

const recipient = z.object({
  recipientId: identifier.optional().catch(undefined),
  status: text,
  sentDateTime: text,
  deliveredDateTime: text,
  signedDateTime: text,
  completedDateTime: text,
  declinedDateTime: text,
  declinedReason: text,
});

const recipientList = z.array(recipient.catch({})).optional().catch(undefined);

const recipients = z.object({
  signers: recipientList,
  carbonCopies: recipientList,
  certifiedDeliveries: recipientList,
  agents: recipientList,
  editors: recipientList,
  intermediaries: recipientList,
  inPersonSigners: recipientList,
  witnesses: recipientList,
  notaries: recipientList,
  seals: recipientList,
});

/** An envelope as the REST API and `envelopeSummary` of Connect describe it. */
export const envelopePayload = z.object({
  envelopeId: text,
  status: text,
  createdDateTime: text,
  sentDateTime: text,
  deliveredDateTime: text,
  completedDateTime: text,
  declinedDateTime: text,
  voidedDateTime: text,
  deletedDateTime: text,
  voidedReason: text,
  customFields: customFields.nullish(),
  recipients: recipients.optional().catch(undefined),
});

/** Connect message in the JSON format "REST v2.1", mode SIM (one message for each event). */
export const connectMessagePayload = z.object({
  event: z.string(),
  generatedDateTime: text,
  data: z.object({
    accountId: z.string().optional(),
    envelopeId: z.string().optional(),
    recipientId: identifier.nullish(),
    envelopeSummary: envelopePayload.nullish(),
  }),
});

export const envelopeListPayload = z.object({
  envelopes: z.array(envelopePayload).nullish(),
  envelopeTransactionStatuses: z
    .array(z.object({ transactionId: text, envelopeId: text }))
    .nullish()
    .catch(undefined),
  nextUri: text,
  endPosition: identifier.optional().catch(undefined),
});

export const createdEnvelopePayload = z.object({ envelopeId: z.string().min(1) });

const templateTabs = z.record(z.string(), z.unknown()).optional().catch(undefined);

const templateRecipients = z
  .array(
    z.object({ roleName: text, email: text, routingOrder: identifier.optional().catch(undefined), tabs: templateTabs }),
  )
  .optional();

export const templatePayload = z.object({
  name: text,
  recipients: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

export const templateRecipientsPayload = templateRecipients;

export const errorPayload = z.object({ errorCode: text, message: text }).catch({});

export const tokenPayload = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });

export const tokenErrorPayload = z.object({ error: text, error_description: text }).catch({});

export const userInfoPayload = z.object({
  accounts: z.array(z.object({ account_id: z.string(), base_uri: z.string() })),
});

export type ConnectMessage = z.infer<typeof connectMessagePayload>;
export type EnvelopePayload = z.infer<typeof envelopePayload>;
export type RecipientsPayload = z.infer<typeof recipients>;
export type RecipientPayload = z.infer<typeof recipient>;
