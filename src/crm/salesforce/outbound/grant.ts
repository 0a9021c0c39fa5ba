import { HubError, isHubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';
import { recordId18 } from '../ids.ts';
import { isLoopbackUrl, isSalesforceUrl } from '../instance-url.ts';
import { grantRefusal, tokenReply } from '../payloads.ts';
import { type SalesforceSecret, type SalesforceSettings, salesforceSettings } from '../settings.ts';
import { assertionOf } from './assertion.ts';
import { refusalOfGrant } from './grant-refusal.ts';
import { otherOrg } from './other-org.ts';
import { exchange, type Wire } from './wire.ts';

/** A token and the address at which it is good. */
export interface Session {
  readonly token: string;
  readonly instanceUrl: string;
}

/** Tokens for the API, from whichever grant the connection's secret holds. */
export interface Grant {
  /** What the grant is, for people who have to mend it. */
  words(): string;
  session(): Promise<Session>;
  /** Another session after Salesforce refused the token `refused`. */
  renewed(refused: string): Promise<Session>;
}

export interface GrantParts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly settings: SalesforceSettings;
  readonly readSecret: (options?: { readonly refresh?: boolean }) => Promise<ConnectionSecret>;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** What the token endpoint says when it is the one that cannot, and asks to be asked again. */
const PASSING_ERRORS: readonly string[] = ['unknown_error', 'server_error', 'temporarily_unavailable'];
const PASSING_WAIT_MS = 5_000;
const LOGIN_RATE_WAIT_MS = 60_000;

/**
 * Client credentials, or JWT bearer where the secret holds a private key. A token is kept until Salesforce refuses it:
 * its end moves with use and is not told. Callers at the same time share one request.
 */
export function createGrant({ wire, clock, settings, readSecret }: GrantParts): Grant {
  const { connectionId } = wire;
  let words = 'the client credentials of the app';
  let cached: Session | undefined;
  let asking: Promise<Session> | undefined;

  async function secretOf(refresh: boolean): Promise<SalesforceSecret> {
    const parsed = salesforceSettings.secret.safeParse(await readSecret({ refresh }));
    if (parsed.success) {
      words =
        parsed.data.privateKey === undefined ? 'the client credentials of the app' : 'the signed grant of the app';
      return parsed.data;
    }
    const [issue] = parsed.error.issues;
    throw unauthorized(`the secret of connection ${connectionId} is not complete: ${issue?.message ?? 'unreadable'}`);
  }

  function unauthorized(message: string): HubError {
    return new HubError('crm.unauthorized', message, { retry: 'never', context: { connectionId } });
  }

  function asked(): Promise<Session> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function ask(): Promise<Session> {
    const secret = await secretOf(false);
    try {
      cached = await askWith(secret);
    } catch (error) {
      if (!isHubError(error, 'crm.unauthorized')) throw error;
      // Somebody may have stored another secret since this one was read.
      const again = await secretOf(true);
      if (isSameGrant(again, secret)) throw error;
      cached = await askWith(again);
    }
    return cached;
  }

  async function askWith(secret: SalesforceSecret): Promise<Session> {
    const form = await formOf(secret);
    const url = `${settings.instanceUrl}/services/oauth2/token`;
    const answer = await exchange(wire, { method: 'POST', url, body: new URLSearchParams(form) }, words);
    if (!answer.ok) throw refusalIn(answer.reply) ?? answer.error;
    const parsed = tokenReply.safeParse(JSON.parse(answer.reply.text));
    if (!parsed.success) {
      throw unauthorized(`Salesforce's answer holds no access token; check instanceUrl of connection ${connectionId}`);
    }
    const { access_token: token, instance_url: told, id: identityUrl } = parsed.data;
    const orgId = orgIdOf(identityUrl);
    if (orgId !== undefined && orgId !== settings.orgId) throw otherOrg(connectionId, settings, orgId);
    if (!isSalesforceUrl(told) || isLoopbackUrl(told) !== isLoopbackUrl(settings.instanceUrl)) {
      throw unauthorized(
        `Salesforce sends connection ${connectionId} to an address that is not one of an org; check instanceUrl`,
      );
    }
    return { token, instanceUrl: told.replace(/\/$/, '') };
  }

  /** Undefined when it is not the grant that Salesforce refuses. */
  function refusalIn(reply: { readonly status: number; readonly text: string } | undefined): HubError | undefined {
    if (reply === undefined || ![400, 401, 403].includes(reply.status)) return undefined;
    const { error, error_description: description } = readRefusal(reply.text);
    if (error === undefined) return undefined;
    const context = { connectionId, status: reply.status };
    if (PASSING_ERRORS.includes(error)) {
      const message = `Salesforce cannot give a token just now (${error}); tried again later`;
      return new HubError('crm.unavailable', message, { retry: { afterMs: PASSING_WAIT_MS }, context });
    }
    if (/rate exceeded/i.test(description ?? '')) {
      const message = `the integration user of connection ${connectionId} logged in too often; tried again later`;
      return new HubError('crm.rate-limited', message, { retry: { afterMs: LOGIN_RATE_WAIT_MS }, context });
    }
    return refusalOfGrant(connectionId, words, { error, description });
  }

  async function formOf(secret: SalesforceSecret): Promise<Record<string, string>> {
    const { clientId, clientSecret = '', privateKey } = secret;
    if (privateKey === undefined) {
      return { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    }
    const assertion = await assertionOf({ connectionId, settings, clientId, privateKey, nowMs: clock.nowMs() });
    return { grant_type: JWT_BEARER, assertion };
  }

  return {
    words: () => words,
    session: async () => cached ?? (await asked()),
    renewed: async (refused) => (cached !== undefined && cached.token !== refused ? cached : await asked()),
  };
}

/** The identity URL ends in `/id/<org>/<user>`. */
function orgIdOf(identityUrl: string | undefined): string | undefined {
  const id = identityUrl?.split('/').at(-2);
  return id === undefined ? undefined : recordId18(id);
}

function readRefusal(text: string): { error?: string | undefined; error_description?: string | undefined } {
  try {
    return grantRefusal.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

function isSameGrant(a: SalesforceSecret, b: SalesforceSecret): boolean {
  return a.clientId === b.clientId && a.clientSecret === b.clientSecret && a.privateKey === b.privateKey;
}
