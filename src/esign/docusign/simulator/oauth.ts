import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Context } from 'hono';
import { errors, jwtVerify } from 'jose';
import type { Records, SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { WireError } from './wire-error.ts';
import type { World } from './world.ts';

/** One hour, whatever the assertion asks for. */
const TOKEN_LIFETIME_SECONDS = 3600;
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface OAuth {
  /** POST /oauth/token */
  token(context: Context): Promise<Response>;
  /** GET /oauth/userinfo */
  userInfo(context: Context): Response;
  /** Throws WireError 401 unless the request carries a token that is known and young enough. */
  authorize(header: string | undefined): void;
  revokeAll(): void;
}

export interface OAuthOptions {
  readonly world: World;
  readonly storage: SandboxStorage;
  readonly integrationKey: string;
  readonly publicKeyPem: string;
}

type Grant = { readonly ok: true } | { readonly ok: false; readonly error: string; readonly description?: string };

async function checkAssertion(assertion: string, key: KeyObject, options: OAuthOptions): Promise<Grant> {
  const { world } = options;
  const refused = (description: string): Grant => ({ ok: false, error: 'invalid_grant', description });
  const consentMissing: Grant = { ok: false, error: 'consent_required' };
  try {
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: ['RS256'],
      currentDate: new Date(world.nowMs()),
      clockTolerance: 60,
      requiredClaims: ['iss', 'sub', 'aud', 'exp'],
    });
    if (payload.iss?.toLowerCase() !== options.integrationKey.toLowerCase()) return refused('issuer_not_found');
    // The audience is a bare host; with a scheme DocuSign refuses it.
    const host = new URL(world.baseUrl).host;
    if (payload.aud !== host && payload.aud !== 'account-d.docusign.com') return refused('invalid_audience');
    if (payload.sub?.toLowerCase() !== world.userId.toLowerCase()) return refused('user_not_found');
    const scopes = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
    if (!scopes.includes('signature') || !scopes.includes('impersonation')) return consentMissing;
    return world.switches().consent === 'granted' ? { ok: true } : consentMissing;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return refused('expired_assertion');
    return refused('no_valid_keys_or_signatures');
  }
}

/** JWT grant, as "How to get an access token with JWT Grant" describes it. Tokens survive a restart. */
export function createOAuth(options: OAuthOptions): OAuth {
  const { world } = options;
  const key = createPublicKey(options.publicKeyPem);
  const tokens: Records<{ expiresAtMs: number }> = options.storage.records('docusign-token');

  function authorize(header: string | undefined): void {
    const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
    const known = token === undefined ? undefined : tokens.get(token);
    if (known !== undefined && known.expiresAtMs > world.nowMs()) return;
    throw new WireError(
      401,
      'AUTHORIZATION_INVALID_TOKEN',
      'The access token provided is expired, revoked or malformed. Authentication for System Application failed.',
    );
  }

  return {
    authorize,
    async token(context) {
      const form = await context.req.parseBody();
      if (form.grant_type !== GRANT_TYPE) return context.json({ error: 'unsupported_grant_type' }, 400);
      const assertion = form.assertion;
      if (typeof assertion !== 'string') return context.json({ error: 'invalid_request' }, 400);
      const grant = await checkAssertion(assertion, key, options);
      if (!grant.ok) {
        const description = grant.description === undefined ? {} : { error_description: grant.description };
        return context.json({ error: grant.error, ...description }, 400);
      }
      for (const [token, { expiresAtMs }] of tokens.entries()) if (expiresAtMs <= world.nowMs()) tokens.delete(token);
      const token = `sandbox.${world.guid()}.${world.guid()}`;
      tokens.set(token, { expiresAtMs: world.nowMs() + TOKEN_LIFETIME_SECONDS * 1000 });
      return context.json({
        access_token: token,
        token_type: 'Bearer',
        expires_in: TOKEN_LIFETIME_SECONDS,
        scope: 'signature impersonation',
      });
    },
    userInfo(context) {
      authorize(context.req.header('authorization'));
      return context.json({
        sub: world.userId,
        name: 'Stagepost Sandbox',
        given_name: 'Stagepost',
        family_name: 'Sandbox',
        email: 'sandbox.sender@example.com',
        created: '2026-01-05T09:00:00.000',
        accounts: [{ account_id: world.accountId, is_default: true, account_name: 'Sandbox', base_uri: world.baseUrl }],
      });
    },
    revokeAll() {
      for (const [token] of tokens.entries()) tokens.delete(token);
    },
  };
}
