import { readForm, type SimulatorApp, type SimulatorContext } from './http.ts';
import { type OAuth, OAuthFailure } from './oauth.ts';
import type { People } from './people.ts';
import type { SwitchBoard } from './switches.ts';
import { textOf } from './tables.ts';

/** Tokens, and what they say about their holder. */
export function oauthRoutes(
  app: SimulatorApp,
  deps: {
    oauth: OAuth;
    people: People;
    switches: SwitchBoard;
    orgId: string;
    ownUrl: (c: SimulatorContext) => string;
  },
): void {
  const { oauth, people, switches, orgId, ownUrl } = deps;

  app.post('/services/oauth2/token', async (c) => {
    try {
      const form = await readForm(c);
      const request = {
        field: (name: string) => String(form.get(name) ?? ''),
        authorization: c.req.header('authorization'),
        ownUrl: ownUrl(c),
      };
      return c.json(await oauth.grant(request));
    } catch (error) {
      if (error instanceof OAuthFailure) return c.json({ error: error.error, error_description: error.message }, 400);
      return c.json({ error: 'invalid_request', error_description: 'malformed request' }, 400);
    }
  });

  app.post('/services/oauth2/revoke', async (c) => {
    const form = await readForm(c);
    if (oauth.end(String(form.get('token') ?? ''))) return c.body(null, 200);
    return c.json({ error: 'invalid_token', error_description: 'invalid token' }, 400);
  });

  /** The user of the bearer token; identity answers 403 with a word instead of the 401 of the REST API. */
  function holder(c: SimulatorContext) {
    const token = /^Bearer\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? c.req.query('oauth_token') ?? '';
    const userId = switches.get().alwaysUnauthorized ? undefined : oauth.use(token);
    return userId === undefined ? undefined : people.row(userId);
  }

  app.get('/services/oauth2/userinfo', (c) => {
    const user = holder(c);
    if (user === undefined) return c.text('Bad_OAuth_Token', 403);
    return c.json({
      sub: `${ownUrl(c)}/id/${orgId}/${user.id}`,
      user_id: user.id,
      organization_id: orgId,
      preferred_username: textOf(user, 'Username'),
      name: textOf(user, 'Name'),
      email: textOf(user, 'Email'),
      email_verified: true,
      given_name: textOf(user, 'FirstName'),
      family_name: textOf(user, 'LastName'),
      zoneinfo: textOf(user, 'TimeZoneSidKey'),
      user_type: 'STANDARD',
      active: user.fields['IsActive'] === true,
    });
  });

  app.get('/id/:org/:user', (c) => {
    const user = holder(c);
    if (user === undefined) return c.text('Bad_OAuth_Token', 403);
    if (c.req.param('org') !== orgId || c.req.param('user') !== user.id) return c.text('Wrong_Org', 403);
    const base = ownUrl(c);
    return c.json({
      id: `${base}/id/${orgId}/${user.id}`,
      asserted_user: true,
      user_id: user.id,
      organization_id: orgId,
      username: textOf(user, 'Username'),
      display_name: textOf(user, 'Name'),
      email: textOf(user, 'Email'),
      active: user.fields['IsActive'] === true,
      user_type: 'STANDARD',
      urls: { rest: `${base}/services/data/v{version}/`, custom_domain: base },
    });
  });
}
