import { HubError } from '../../../domain/errors.ts';

/**
 * What to mend, by what the token endpoint says. Its words are compared and never repeated: they might quote what was
 * sent (texts: Salesforce Help, "OAuth 2.0 Authorization Errors", and public reports).
 */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /no client credentials user/i,
    'choose the user it runs as in the app, under OAuth policies, client credentials flow',
  ],
  [
    /not admin approved|hasn.t approved/i,
    "pre-authorise the integration user's profile or permission set in the app's policies",
  ],
  [/audience/i, 'check "environment" in the settings: sandbox for test orgs, production for all others'],
  [/expired authorization code|expired/i, "check this machine's clock"],
  [
    /assertion|signature|certificate/i,
    "check that the private key belongs to the certificate in the app and that clientId is the app's",
  ],
  [/inactive|locked|frozen/i, 'activate the integration user'],
  [/ip restricted|ip address/i, "relax the app's or the user's IP restrictions"],
  [/client credentials|client secret|client identifier/i, "store the app's consumer key and secret"],
  [/authentication failure/i, 'check username, consumer key and the rights of the integration user'],
];

/** Why there is no token. The sentence names the connection and what to mend, and repeats nothing that was sent. */
export function refusalOfGrant(
  connectionId: string,
  grant: string,
  told: { readonly error: string | undefined; readonly description: string | undefined },
): HubError {
  const said = told.error !== undefined && /^[a-z_]{1,40}$/.test(told.error) ? ` (${told.error})` : '';
  const about = `${told.error ?? ''} ${told.description ?? ''}`;
  const remedy =
    REMEDIES.find(([pattern]) => pattern.test(about))?.[1] ?? 'check the External Client App and its integration user';
  return new HubError(
    'crm.unauthorized',
    `Salesforce refuses ${grant}${said}; ${remedy}, and what the secret of connection ${connectionId} holds`,
    { retry: 'never', context: { connectionId } },
  );
}

/** The org gives out tokens and then refuses them. */
export function refusedForGood(connectionId: string, grant: string): HubError {
  return new HubError(
    'crm.unauthorized',
    `Salesforce refuses even a token that ${grant} had only just been given; for connection ${connectionId} check that the app has the scope "api" and that neither it nor the integration user is restricted to other IP addresses or hours`,
    { retry: 'never', context: { connectionId } },
  );
}
