import * as z from 'zod';
import { HUBSPOT_API_URL, isHubSpotBaseUrl } from './base-url.ts';

const PORTAL_ID_MESSAGE = 'portalId must be the number of the HubSpot account (Hub ID)';

/** What the configuration file says of a HubSpot connection; nothing in it is secret. */
const settings = z.strictObject({
  /** The account's number ("Hub ID"), shown in HubSpot's account menu. */
  portalId: z
    .union([z.number(), z.string()], { error: PORTAL_ID_MESSAGE })
    .refine((value) => /^[1-9]\d{0,14}$/.test(String(value)), PORTAL_ID_MESSAGE)
    .transform(Number),
  baseUrl: z
    .string()
    .refine(
      isHubSpotBaseUrl,
      'baseUrl must be https://api.hubapi.com, another https://*.hubapi.com host, or a loopback address for the sandbox',
    )
    .transform((url) => url.replace(/\/$/, ''))
    .default(HUBSPOT_API_URL),
  /** Where people open records; HubSpot leads from here to the region of the account. */
  appUrl: z
    .url({ protocol: /^https?$/, error: 'appUrl must be an http(s) address, e.g. https://app-eu1.hubspot.com' })
    .transform((url) => url.replace(/\/$/, ''))
    .optional(),
});

const signingKeys = z
  .array(z.string().min(1, 'a signing key is empty'))
  .min(1, 'signingKeys needs the client secret of the HubSpot app (newest first)');

/**
 * The secret of a HubSpot connection: the app's client secrets, and one grant, either the token of a private app
 * or client id, client secret and refresh token of an installed OAuth app.
 */
const secret = z
  .looseObject({
    signingKeys,
    accessToken: z.string().min(1).optional(),
    clientId: z.string().min(1).optional(),
    clientSecret: z.string().min(1).optional(),
    refreshToken: z.string().min(1).optional(),
  })
  .refine(
    (value) =>
      value.accessToken !== undefined ||
      (value.clientId !== undefined && value.clientSecret !== undefined && value.refreshToken !== undefined),
    'the secret needs accessToken (private app), or clientId, clientSecret and refreshToken (OAuth app)',
  );

export type HubSpotSettings = z.infer<typeof settings>;

/** What the configuration loader needs of this provider. */
export const hubspotSettings = {
  provider: 'hubspot',
  role: 'crm',
  settings,
  secret,
  /** Account id as the webhooks carry it (`portalId`), as text. Throws a ZodError when the settings are not valid. */
  accountIdOf: (value: unknown): string => String(settings.parse(value).portalId),
} as const;
