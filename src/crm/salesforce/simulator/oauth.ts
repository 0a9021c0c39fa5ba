import { createHmac, createPublicKey, timingSafeEqual } from 'node:crypto';
import { compactVerify } from 'jose';
import { randomText } from '../../../local/sandbox-kit/random-text.ts';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { People } from './people.ts';
import type { SwitchBoard } from './switches.ts';
import type { Row } from './tables.ts';

/** What the token endpoint answers when it refuses; status 400. */
export class OAuthFailure extends Error {
  readonly error: string;

  constructor(error: string, description: string) {
    super(description);
    this.name = 'OAuthFailure';
    this.error = error;
  }
}

export interface TokenRequest {
  readonly field: (name: string) => string;
  readonly authorization: string | undefined;
  /** Address of the org. */
  readonly ownUrl: string;
}

/** Sessions of the integration user, by the two grants that need no browser. */
export interface OAuth {
  readonly clientId: string;
  clientSecret(): string;
  setClientSecret(secret: string): void;
  /** Body of the answer. Throws OAuthFailure. */
  grant(request: TokenRequest): Promise<Readonly<Record<string, string>>>;
  /** The user of a living session, which lives on from now; undefined when it ended. */
  use(token: string): string | undefined;
  end(token: string): boolean;
  revoke(): void;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const LOGIN_HOSTS = { production: 'https://login.salesforce.com', sandbox: 'https://test.salesforce.com' } as const;
/** The use of a session is written down this often at most. */
const USE_STEP_MS = 30_000;

export function createOAuth(deps: {
  storage: SandboxStorage;
  clock: Clock;
  random: () => number;
  switches: SwitchBoard;
  people: People;
  orgId: string;
  clientId: string;
  clientSecret: string;
  jwtPublicKeyPem: string | undefined;
  username: string;
}): OAuth {
  const { clock, random, switches, people, orgId, clientId } = deps;
  const sessions = deps.storage.records<{ userId: string; usedAtMs: number }>('session');
  let secret = deps.clientSecret;

  function activeUser(username: string, refusal: string): Row {
    const user = people.byUsername(username);
    if (user === undefined) throw new OAuthFailure('invalid_grant', refusal);
    if (user.fields['IsActive'] !== true) throw new OAuthFailure('inactive_user', 'user is inactive');
    return user;
  }

  /** In the body, or both in a Basic header. */
  function clientOf({ field, authorization }: TokenRequest): { id: string; secret: string } {
    const basic = /^Basic\s+(.+)$/i.exec(authorization ?? '')?.[1];
    if (basic === undefined) return { id: field('client_id'), secret: field('client_secret') };
    const [id = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { id, secret: rest.join(':') };
  }

  function byCredentials(request: TokenRequest): Row {
    const client = clientOf(request);
    if (client.id !== clientId) throw new OAuthFailure('invalid_client_id', 'client identifier invalid');
    if (!isSame(client.secret, secret)) throw new OAuthFailure('invalid_client', 'invalid client credentials');
    return activeUser(deps.username, 'no client credentials user enabled');
  }

  async function byAssertion({ field, ownUrl }: TokenRequest): Promise<Row> {
    const claims = await claimsOf(field('assertion'), deps.jwtPublicKeyPem);
    if (claims['iss'] !== clientId) throw new OAuthFailure('invalid_client_id', 'client identifier invalid');
    const audiences = [LOGIN_HOSTS[switches.get().environment], ownUrl];
    if (!audiences.includes(String(claims['aud']))) throw new OAuthFailure('invalid_grant', 'audience is invalid');
    // In seconds; whoever sends milliseconds is told the same as one who is late.
    const leftMs = Number(claims['exp']) * 1000 - clock.nowMs();
    const isInTime = leftMs > 0 && leftMs <= switches.get().jwtMinutes * 60_000;
    if (!isInTime) throw new OAuthFailure('invalid_grant', 'expired authorization code');
    return activeUser(String(claims['sub']), "user hasn't approved this consumer");
  }

  function open(user: Row, ownUrl: string): Readonly<Record<string, string>> {
    const nowMs = clock.nowMs();
    for (const [token, { usedAtMs }] of sessions.entries()) if (isOver(usedAtMs)) sessions.delete(token);
    const token = `${orgId.slice(0, 15)}!${randomText(random, 96)}`;
    sessions.set(token, { userId: user.id, usedAtMs: nowMs });
    const id = `${ownUrl}/id/${orgId}/${user.id}`;
    const issuedAt = String(nowMs);
    return {
      access_token: token,
      // Over the identity URL and the time (Help, "OAuth 2.0 Client Credentials Flow").
      signature: createHmac('sha256', secret).update(`${id}${issuedAt}`).digest('base64'),
      scope: 'api',
      instance_url: ownUrl,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    };
  }

  const isOver = (usedAtMs: number) => clock.nowMs() - usedAtMs >= switches.get().sessionTimeoutMinutes * 60_000;

  return {
    clientId,
    clientSecret: () => secret,
    setClientSecret(next) {
      secret = next;
    },
    async grant(request) {
      const type = request.field('grant_type');
      if (type !== 'client_credentials' && type !== JWT_BEARER) {
        throw new OAuthFailure('unsupported_grant_type', 'grant type not supported');
      }
      const isJwt = type === JWT_BEARER;
      if (switches.get().grantRefused) {
        const why = isJwt ? "user hasn't approved this consumer" : 'no client credentials user enabled';
        throw new OAuthFailure('invalid_grant', why);
      }
      return open(isJwt ? await byAssertion(request) : byCredentials(request), request.ownUrl);
    },
    use(token) {
      const session = sessions.get(token);
      if (session === undefined || isOver(session.usedAtMs)) return undefined;
      const nowMs = clock.nowMs();
      if (nowMs - session.usedAtMs >= USE_STEP_MS) sessions.set(token, { ...session, usedAtMs: nowMs });
      return session.userId;
    },
    end: (token) => sessions.delete(token),
    revoke() {
      for (const [token] of sessions.entries()) sessions.delete(token);
    },
  };
}

/** The claims of an assertion whose signature is right. */
async function claimsOf(assertion: string, publicKeyPem: string | undefined): Promise<Record<string, unknown>> {
  const refusal = () => new OAuthFailure('invalid_grant', 'invalid assertion');
  if (publicKeyPem === undefined) throw refusal();
  try {
    const { payload } = await compactVerify(assertion, createPublicKey(publicKeyPem), { algorithms: ['RS256'] });
    return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
  } catch {
    throw refusal();
  }
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
