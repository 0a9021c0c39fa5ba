import * as z from 'zod';
import { ORGANIZATION_PREFIX, recordId18 } from './ids.ts';
import { isSalesforceUrl } from './instance-url.ts';

/** Winter '27 is 68.0; what the hub asks for exists since long before (Salesforce, "API end-of-life policy"). */
const DEFAULT_API_VERSION = '66.0';

const ORG_ID_MESSAGE =
  'orgId must be the Salesforce org id (Setup, Company Information): 15 or 18 characters, first 00D';

/** What the configuration file says of a Salesforce connection; nothing in it is secret. */
const settings = z.strictObject({
  /** Organization id; stored with 18 characters. */
  orgId: z
    .string({ error: ORG_ID_MESSAGE })
    .refine((text) => text.startsWith(ORGANIZATION_PREFIX) && recordId18(text) !== undefined, ORG_ID_MESSAGE)
    .transform((text) => recordId18(text) ?? text),
  /** My Domain of the org: OAuth, REST and record pages are under it. */
  instanceUrl: z
    .string()
    .refine(
      isSalesforceUrl,
      'instanceUrl must be the My Domain address of the org, https://<name>.my.salesforce.com, or a loopback address for the sandbox',
    )
    .transform((url) => url.replace(/\/$/, '')),
  /** Decides the audience of the JWT grant: login.salesforce.com or test.salesforce.com. */
  environment: z.enum(['production', 'sandbox']).default('production'),
  /** Of the integration user; only the JWT grant needs it. */
  username: z.string().min(3).max(120).optional(),
  apiVersion: z
    .string()
    .regex(/^[1-9]\d\.0$/, `apiVersion must be of the form "${DEFAULT_API_VERSION}", in quotes`)
    .default(DEFAULT_API_VERSION),
  /** ISO 4217, for orgs with a single currency; orgs with several name it on every record. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'currency must be three capitals, e.g. EUR')
    .optional(),
  /** True: every record type of opportunities is a pipeline, named by its 18-character id. False: one pipeline, `opportunities`. */
  recordTypes: z.boolean().default(false),
  /** Partner event source of the org's Event Relay, whose events the deployment on AWS lets in. */
  eventSource: z
    .string()
    .regex(
      /^aws\.partner\/salesforce\.com\/[A-Za-z0-9]{15,18}\/[A-Za-z0-9]{15,18}$/,
      'eventSource must be the name of the partner event source as EventBridge shows it, aws.partner/salesforce.com/<org id>/<channel id>',
    )
    .optional(),
  /** Which history tells when a stage was entered; `fieldHistory` needs field tracking of Stage. */
  stageHistory: z.enum(['opportunityHistory', 'fieldHistory']).default('opportunityHistory'),
});

const signingKeys = z
  .array(z.string().min(16, 'a signing key needs at least 16 characters'))
  .min(1, 'signingKeys needs a random key of your own (newest first); `npx stagepost setup` makes one');

/**
 * The secret of a Salesforce connection: keys from which the tokens of the webhooks are derived, and one grant of an
 * External Client App: client credentials (clientId, clientSecret), or JWT bearer (clientId, privateKey).
 */
const secret = z
  .looseObject({
    signingKeys,
    clientId: z.string().min(1, 'clientId needs the consumer key of the External Client App'),
    clientSecret: z.string().min(1).optional(),
    privateKey: z.string().min(1).optional(),
  })
  .refine(
    (value) => value.clientSecret !== undefined || value.privateKey !== undefined,
    'the secret needs clientSecret (client credentials) or privateKey (JWT bearer, PEM) beside clientId',
  );

export type SalesforceSettings = z.infer<typeof settings>;
export type SalesforceSecret = z.infer<typeof secret>;

/** What the configuration loader needs of this provider. */
export const salesforceSettings = {
  provider: 'salesforce',
  role: 'crm',
  settings,
  secret,
  /** Org id with 18 characters. Throws a ZodError when the settings are not valid. */
  accountIdOf: (value: unknown): string => settings.parse(value).orgId,
  partnerEventSourceOf: (value: unknown): string | undefined => settings.parse(value).eventSource,
} as const;
