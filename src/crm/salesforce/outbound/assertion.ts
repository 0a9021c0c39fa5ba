import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { HubError } from '../../../domain/errors.ts';
import type { SalesforceSettings } from '../settings.ts';

/** Salesforce takes no assertion that ends further away than 3 or 5 minutes; sources disagree. */
const ASSERTION_LIFE_SECONDS = 120;

const AUDIENCES = {
  production: 'https://login.salesforce.com',
  sandbox: 'https://test.salesforce.com',
} as const;

/**
 * The signed statement of the JWT bearer grant; its times are in seconds (Salesforce Help, "OAuth 2.0 JWT Bearer Flow
 * for Server-to-Server Integration"). Throws HubError `crm.settings` without a user name, `crm.unauthorized` for a key
 * that cannot be used; neither quotes the key.
 */
export async function assertionOf(of: {
  readonly connectionId: string;
  readonly settings: SalesforceSettings;
  readonly clientId: string;
  readonly privateKey: string;
  readonly nowMs: number;
}): Promise<string> {
  const { connectionId, settings } = of;
  if (settings.username === undefined) {
    throw new HubError(
      'crm.settings',
      `connection ${connectionId} has a private key but no username; add the user name of the integration user to its settings`,
      { retry: 'never', context: { connectionId } },
    );
  }
  const key = keyOf(of.privateKey);
  if (key === undefined) {
    throw new HubError(
      'crm.unauthorized',
      `the private key in the secret of connection ${connectionId} cannot be used; store the whole PEM text of an RSA key as "privateKey"`,
      { retry: 'never', context: { connectionId } },
    );
  }
  return await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(of.clientId)
    .setSubject(settings.username)
    .setAudience(AUDIENCES[settings.environment])
    .setExpirationTime(Math.floor(of.nowMs / 1_000) + ASSERTION_LIFE_SECONDS)
    .sign(key);
}

/** Both forms of PEM; a secret that went through an environment variable has its line ends written as \n. */
function keyOf(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
