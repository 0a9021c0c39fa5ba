import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { HubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';
import { authEndpoint, isAllowedBaseUrl, isLoopbackUrl } from '../hosts.ts';
import { tokenErrorPayload, tokenPayload, userInfoPayload } from '../payloads.ts';
import type { DocuSignSettings } from '../settings.ts';
import { errorOfAnswer } from './errors.ts';
import { CALL_LIMIT_MS, type HttpAnswer, jsonOf, type Send } from './http.ts';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPE = 'signature impersonation';

/** DocuSign gives tokens of an hour whatever the assertion asks for; the assertion itself need not live long. */
const ASSERTION_LIFE_SECONDS = 600;

/** A token is not used in its last minute. */
const TOKEN_MARGIN_MS = 60_000;

/** A token together with the place where the account lives. */
export interface Session {
  readonly token: string;
  /** e.g. `https://na3.docusign.net/restapi` */
  readonly restUrl: string;
  readonly expiresAtMs: number;
}

export interface Sessions {
  /** A session that is good for another minute at least; concurrent callers share one grant. */
  current(): Promise<Session>;
  /** Another session than the one that was refused. */
  renew(refused: Session): Promise<Session>;
}

/**
 * JWT grant for the user of the connection, then the account's base address from `userinfo`. Throws HubError
 * `esign.consent-required`, `esign.unauthorized`, `esign.account-unknown`, `esign.key-invalid` (never), or
 * `esign.unavailable`, `esign.rate-limited`.
 * Source: "How to get an access token with JWT Grant", developers.docusign.com.
 */
export function createSessions(deps: {
  readonly settings: DocuSignSettings;
  readonly readSecret: () => Promise<ConnectionSecret>;
  readonly send: Send;
  readonly clock: Clock;
}): Sessions {
  const { settings, clock, send } = deps;
  const { origin, audience } = authEndpoint(settings.authHost);
  let pending: Promise<Session> | undefined;
  let session: Session | undefined;

  async function open(): Promise<Session> {
    // Of its own, not the caller's: several callers wait for it.
    const limit = AbortSignal.timeout(CALL_LIMIT_MS / 2);
    const secret = await deps.readSecret();
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(settings.integrationKey)
      .setSubject(settings.userId)
      .setAudience(audience)
      .setIssuedAt(Math.floor(clock.nowMs() / 1000))
      .setExpirationTime(Math.floor(clock.nowMs() / 1000) + ASSERTION_LIFE_SECONDS)
      .sign(privateKeyOf(secret));
    const granted = await send(
      {
        url: `${origin}/oauth/token`,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({ grant_type: GRANT_TYPE, assertion }).toString(),
        writes: false,
      },
      limit,
    );
    const token = tokenPayload.safeParse(jsonOf(granted));
    if (granted.status !== 200 || !token.success) throw grantError(granted, settings, origin, clock.nowMs());
    const headers = { authorization: `Bearer ${token.data.access_token}`, accept: 'application/json' };
    const info = await send(
      { url: `${origin}/oauth/userinfo`, method: 'GET', headers, body: undefined, writes: false },
      limit,
    );
    if (info.status !== 200) throw errorOfAnswer(info, { writes: false }, clock.nowMs());
    return {
      token: token.data.access_token,
      restUrl: `${baseUriOf(info, settings)}/restapi`,
      expiresAtMs: clock.nowMs() + token.data.expires_in * 1000 - TOKEN_MARGIN_MS,
    };
  }

  function start(): Promise<Session> {
    pending ??= open()
      .then((opened) => {
        session = opened;
        return opened;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  }

  return {
    current: async () => (session !== undefined && session.expiresAtMs > clock.nowMs() ? session : start()),
    renew: async (refused) => (session !== undefined && session.token !== refused.token ? session : start()),
  };
}

function privateKeyOf(secret: ConnectionSecret): KeyObject {
  try {
    // Secrets that went through an environment variable have their line ends written as \n.
    return createPrivateKey(String(secret.privateKey ?? '').replaceAll('\\n', '\n'));
  } catch {
    // The cause is left out: it may quote the key.
    throw new HubError(
      'esign.key-invalid',
      'the private key in the secret of the DocuSign connection cannot be read; store the whole PEM text as "privateKey"',
      { retry: 'never' },
    );
  }
}

function grantError(answer: HttpAnswer, settings: DocuSignSettings, origin: string, nowMs: number): HubError {
  const { error = '', error_description: description = '' } = tokenErrorPayload.parse(jsonOf(answer));
  if (error === 'consent_required') {
    const redirect = encodeURIComponent(`${origin}/me`);
    const url = `${origin}/oauth/auth?response_type=code&scope=signature%20impersonation&client_id=${settings.integrationKey}&redirect_uri=${redirect}`;
    return new HubError(
      'esign.consent-required',
      `the DocuSign user ${settings.userId} has not allowed the integration to act for them; add ${origin}/me to the redirect URIs of the integration key, then have that user open ${url} once`,
      { retry: 'never' },
    );
  }
  if (error === '') return errorOfAnswer(answer, { writes: false }, nowMs);
  const hint =
    error === 'issuer_not_found'
      ? `the integration key is unknown at ${settings.authHost}: check the key and whether authHost is the right environment`
      : 'check userId, integrationKey and that the private key belongs to that integration key';
  const said = `DocuSign gave no token (${error.slice(0, 80)}${description === '' ? '' : `: ${description.slice(0, 200)}`})`;
  return new HubError('esign.unauthorized', `${said}; ${hint}`, {
    retry: 'never',
    context: { errorCode: error.slice(0, 80) },
  });
}

function baseUriOf(answer: HttpAnswer, settings: DocuSignSettings): string {
  const info = userInfoPayload.safeParse(jsonOf(answer));
  const accounts = info.success ? info.data.accounts : [];
  const account = accounts.find((each) => each.account_id.toLowerCase() === settings.accountId.toLowerCase());
  if (account === undefined) {
    const known = accounts.map((each) => each.account_id.slice(0, 40)).join(', ');
    throw new HubError(
      'esign.account-unknown',
      `the DocuSign user of the connection has no access to account ${settings.accountId} (it has: ${known === '' ? 'none' : known}); correct accountId or userId`,
      { retry: 'never' },
    );
  }
  // A sandbox never leads to a real account, a real account never to this machine.
  const sameWorld = isLoopbackUrl(account.base_uri) === isLoopbackUrl(authEndpoint(settings.authHost).origin);
  if (!sameWorld || !isAllowedBaseUrl(account.base_uri)) {
    throw new HubError(
      'esign.host-refused',
      'DocuSign named a base address that is none of its own hosts; nothing was sent to it',
      {
        retry: 'never',
      },
    );
  }
  return account.base_uri.replace(/\/+$/, '');
}
