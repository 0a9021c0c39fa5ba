import { HubError, isHubError } from '../../../domain/errors.ts';
import type { ConnectionSecret } from '../../../platform/secrets.ts';
import { tokenReply } from '../payloads.ts';
import { hubspotSettings } from '../settings.ts';
import { exchange, type Wire } from './wire.ts';

/** Tokens for the API, from whichever grant the connection's secret holds. */
export interface Grant {
  /** What the grant is, for people who have to mend it. */
  words(): string;
  token(): Promise<string>;
  /** Another token after HubSpot refused `refused`; undefined when there is none to be had. */
  renewed(refused: string): Promise<string | undefined>;
}

export interface GrantParts {
  readonly wire: Wire;
  readonly baseUrl: string;
  readonly readSecret: (options?: { readonly refresh?: boolean }) => Promise<ConnectionSecret>;
}

/** An access token is not used in the last minute of its life (HubSpot gives it 30 minutes). */
const EXPIRY_MARGIN_MS = 60_000;

interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

/**
 * Private apps: the token of the secret, read again after a refusal. OAuth apps: a token that is refreshed when it
 * nears its end or is refused; callers at the same time share one refresh.
 */
export function createGrant({ wire, baseUrl, readSecret }: GrantParts): Grant {
  let words = 'the access token of the private app';
  let cached: { readonly token: string; readonly expiresAtMs: number } | undefined;
  let refreshing: Promise<string> | undefined;
  /** HubSpot keeps refresh tokens; should one be replaced, the new one serves for the life of this process. */
  const replacedRefreshTokens = new Map<string, string>();

  function noGrant(message: string): HubError {
    return new HubError('crm.unauthorized', message, {
      retry: 'never',
      context: { connectionId: wire.connectionId },
    });
  }

  async function secretOf(refresh: boolean): Promise<{ accessToken: string } | OAuthApp> {
    const parsed = hubspotSettings.secret.safeParse(await readSecret({ refresh }));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw noGrant(`the secret of connection ${wire.connectionId} is not complete: ${issue?.message ?? 'unreadable'}`);
    }
    const { accessToken, clientId = '', clientSecret = '', refreshToken = '' } = parsed.data;
    if (accessToken !== undefined) return { accessToken };
    words = 'the refresh token of the OAuth app';
    return { clientId, clientSecret, refreshToken };
  }

  function refreshed(): Promise<string> {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function refresh(): Promise<string> {
    const secret = await secretOf(false);
    if ('accessToken' in secret) return secret.accessToken;
    try {
      return await askForToken(secret);
    } catch (error) {
      if (!isHubError(error, 'crm.unauthorized')) throw error;
      const renewed = await secretOf(true);
      // Somebody may have installed the app again and stored what it gave.
      if ('accessToken' in renewed) return renewed.accessToken;
      if (renewed.refreshToken === secret.refreshToken && renewed.clientSecret === secret.clientSecret) throw error;
      return await askForToken(renewed);
    }
  }

  async function askForToken(app: OAuthApp): Promise<string> {
    const refreshToken = replacedRefreshTokens.get(app.refreshToken) ?? app.refreshToken;
    const answer = await exchange(
      wire,
      {
        method: 'POST',
        url: `${baseUrl}/oauth/v1/token`,
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: app.clientId,
          client_secret: app.clientSecret,
          refresh_token: refreshToken,
        }),
      },
      words,
    );
    if (!answer.ok) {
      // 400 BAD_REFRESH_TOKEN or BAD_CLIENT_ID; its message is not quoted, as it may hold the token.
      throw answer.error.code === 'crm.refused'
        ? noGrant(
            `HubSpot refuses ${words}; install the app again in the account and store the new refresh token in the secret of connection ${wire.connectionId}`,
          )
        : answer.error;
    }
    const parsed = tokenReply.safeParse(JSON.parse(answer.reply.text));
    if (!parsed.success) throw noGrant("HubSpot's answer to the refresh token holds no access token; check baseUrl");
    const token = parsed.data;
    if (token.refresh_token !== undefined && token.refresh_token !== refreshToken) {
      replacedRefreshTokens.set(app.refreshToken, token.refresh_token);
    }
    cached = {
      token: token.access_token,
      expiresAtMs: wire.clock.nowMs() + token.expires_in * 1_000 - EXPIRY_MARGIN_MS,
    };
    return token.access_token;
  }

  return {
    words: () => words,
    async token() {
      const secret = await secretOf(false);
      if ('accessToken' in secret) return secret.accessToken;
      if (cached !== undefined && wire.clock.nowMs() < cached.expiresAtMs) return cached.token;
      return await refreshed();
    },
    async renewed(refused) {
      const secret = await secretOf(false);
      if ('accessToken' in secret) {
        const again = await secretOf(true);
        return 'accessToken' in again && again.accessToken !== refused ? again.accessToken : undefined;
      }
      if (cached !== undefined && cached.token !== refused) return cached.token;
      return await refreshed();
    },
  };
}
