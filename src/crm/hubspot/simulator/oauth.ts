import { randomText } from '../../../local/sandbox-kit/random-text.ts';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { ApiFailure } from './failures.ts';
import type { SwitchBoard } from './switches.ts';

export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** The app's installation in the portal: one refresh token, many short-lived access tokens. */
export interface OAuth {
  readonly clientId: string;
  refreshToken(): string | undefined;
  /** Throws 400 in the OAuth error shape. */
  refresh(form: { grantType: string; clientId: string; clientSecret: string; refreshToken: string }): Grant;
  /** Milliseconds that the access token still lives; undefined when it does not. */
  remainingMs(accessToken: string): number | undefined;
  /** The installation ends: refreshing answers BAD_REFRESH_TOKEN, access tokens are dead at once. */
  revoke(): void;
  /** The app is installed again, with this refresh token. */
  install(refreshToken: string): void;
}

export function createOAuth(deps: {
  storage: SandboxStorage;
  clock: Clock;
  random: () => number;
  switches: SwitchBoard;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
}): OAuth {
  const { storage, clock, random, switches, clientId, clientSecret } = deps;
  const tokens = storage.records<{ expiresAtMs: number }>('oauth-access-token');
  const installation = storage.records<{ refreshToken?: string }>('oauth-installation');
  if (installation.get('app') === undefined) installation.set('app', { refreshToken: deps.refreshToken });
  const refreshToken = () => installation.get('app')?.refreshToken;
  const newToken = () => `C${randomText(random, 48)}`;

  return {
    clientId,
    refreshToken,
    refresh(form) {
      if (form.grantType !== 'refresh_token') {
        throw oauthFailure('BAD_GRANT_TYPE', 'unsupported_grant_type', 'missing or unknown grant type');
      }
      if (form.clientId !== clientId) {
        throw oauthFailure('BAD_CLIENT_ID', 'invalid_client', 'missing or unknown client id');
      }
      if (form.clientSecret !== clientSecret) {
        throw oauthFailure('BAD_CLIENT_SECRET', 'invalid_client', 'missing or unknown client secret');
      }
      const current = refreshToken();
      if (current === undefined || form.refreshToken !== current) {
        throw oauthFailure('BAD_REFRESH_TOKEN', 'invalid_grant', 'refresh token is invalid, expired or revoked');
      }
      const next = switches.get().refreshTokenRotates ? newToken() : current;
      if (next !== current) installation.set('app', { refreshToken: next });
      const expiresInSeconds = switches.get().accessTokenTtlSeconds;
      const accessToken = newToken();
      tokens.set(accessToken, { expiresAtMs: clock.nowMs() + expiresInSeconds * 1000 });
      for (const [token, { expiresAtMs }] of tokens.entries()) if (expiresAtMs <= clock.nowMs()) tokens.delete(token);
      return { accessToken, refreshToken: next, expiresInSeconds };
    },
    remainingMs(accessToken) {
      const token = tokens.get(accessToken);
      const remainingMs = token === undefined ? 0 : token.expiresAtMs - clock.nowMs();
      return remainingMs > 0 ? remainingMs : undefined;
    },
    revoke() {
      installation.set('app', {});
      for (const [token] of tokens.entries()) tokens.delete(token);
    },
    install: (token) => installation.set('app', { refreshToken: token }),
  };
}

/** Source: HubSpot "Manage OAuth tokens" (error example of the refresh grant). */
function oauthFailure(status: string, error: string, message: string): ApiFailure {
  return new ApiFailure(400, { status, error, error_description: message, message });
}
