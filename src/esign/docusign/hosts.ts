/** Suffixes of hosts that DocuSign owns: OAuth under docusign.com, REST under docusign.net and docusign.com. */
const PROVIDER_SUFFIXES = ['.docusign.net', '.docusign.com'];

const AUTH_HOSTS = ['account.docusign.com', 'account-d.docusign.com', 'account-s.docusign.com'];

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function isLoopback(url: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/** Whether the address is on this machine: a sandbox. */
export function isLoopbackUrl(text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && isLoopback(url);
}

function isBareOrigin(url: URL): boolean {
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '' && url.pathname === '/';
}

/** Whether the hub may send a token to this base URL: DocuSign's own hosts by https, or the loopback of a sandbox. */
export function isAllowedBaseUrl(text: string): boolean {
  const url = parseUrl(text);
  if (url === undefined || url.username !== '' || url.password !== '') return false;
  if (isLoopback(url)) return url.protocol === 'http:' || url.protocol === 'https:';
  const ownHost = PROVIDER_SUFFIXES.some((suffix) => url.hostname.endsWith(suffix));
  return url.protocol === 'https:' && url.port === '' && ownHost;
}

/** Whether this is a host that grants tokens: one of DocuSign's three by bare name, or the URL of a loopback sandbox. */
export function isAuthHost(text: string): boolean {
  if (AUTH_HOSTS.includes(text)) return true;
  const url = parseUrl(text);
  return url !== undefined && isLoopback(url) && isBareOrigin(url) && isAllowedBaseUrl(text);
}

/** The origin to call for tokens, and the `aud` of an assertion: the bare host, without scheme. */
export function authEndpoint(authHost: string): { readonly origin: string; readonly audience: string } {
  const url = parseUrl(authHost);
  if (url !== undefined && isLoopback(url)) return { origin: url.origin, audience: url.host };
  return { origin: `https://${authHost}`, audience: authHost };
}

/** Page of an envelope for people: production, developer or sandbox, whichever the connection belongs to. */
export function envelopeUrl(authHost: string, envelopeId: string): string {
  if (isLoopbackUrl(authHost)) return `${authEndpoint(authHost).origin}/_sandbox#${envelopeId}`;
  const app = authHost === 'account.docusign.com' ? 'app.docusign.com' : 'appdemo.docusign.com';
  return `https://${app}/documents/details/${envelopeId}`;
}
