import { ApiFailure } from './failures.ts';
import { readForm, type SimulatorApp } from './http.ts';
import type { OAuth } from './oauth.ts';
import { GRANTED_SCOPES } from './scopes.ts';
import type { SwitchBoard } from './switches.ts';

/** Tokens of the OAuth app (HubSpot "Manage OAuth tokens"); these calls carry no bearer token. */
export function oauthRoutes(
  app: SimulatorApp,
  deps: { oauth: OAuth; portalId: number; appId: number; switches: SwitchBoard },
): void {
  const { oauth, portalId, appId, switches } = deps;
  const scopes = () => GRANTED_SCOPES.filter((scope) => !switches.get().missingScopes.includes(scope));
  const unknownToken = () => new ApiFailure(404, { message: 'Token not found', category: 'OBJECT_NOT_FOUND' });

  for (const version of ['v1', 'v3']) {
    app.post(`/oauth/${version}/token`, async (c) => {
      const form = await readForm(c);
      const field = (name: string) => String(form.get(name) ?? '');
      const grant = oauth.refresh({
        grantType: field('grant_type'),
        clientId: field('client_id'),
        clientSecret: field('client_secret'),
        refreshToken: field('refresh_token'),
      });
      return c.json({
        access_token: grant.accessToken,
        refresh_token: grant.refreshToken,
        expires_in: grant.expiresInSeconds,
        token_type: 'bearer',
        ...(version === 'v1' ? {} : { hub_id: portalId, scopes: scopes() }),
      });
    });
  }

  const holder = {
    hub_id: portalId,
    user_id: 9_900_001,
    user: 'ada.okafor@example.com',
    hub_domain: 'sandbox.example.com',
  };
  app.get('/oauth/v1/access-tokens/:token', (c) => {
    const remainingMs = oauth.remainingMs(c.req.param('token'));
    if (remainingMs === undefined) throw unknownToken();
    return c.json({
      ...holder,
      token: c.req.param('token'),
      app_id: appId,
      expires_in: Math.floor(remainingMs / 1000),
      scopes: scopes(),
      token_type: 'access',
    });
  });
  app.get('/oauth/v1/refresh-tokens/:token', (c) => {
    if (c.req.param('token') !== oauth.refreshToken()) throw unknownToken();
    const token = c.req.param('token');
    return c.json({ ...holder, token, client_id: oauth.clientId, scopes: scopes(), token_type: 'refresh' });
  });
  app.delete('/oauth/v1/refresh-tokens/:token', (c) => {
    if (c.req.param('token') === oauth.refreshToken()) oauth.revoke();
    return c.body(null, 204);
  });
}
