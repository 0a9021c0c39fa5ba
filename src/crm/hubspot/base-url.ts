/** Where HubSpot's API lives unless the connection says otherwise. */
export const HUBSPOT_API_URL = 'https://api.hubapi.com';

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** True for a simulator on this machine. */
export function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && LOOPBACK_HOSTS.includes(new URL(text).hostname);
}

/**
 * True for an address that may be given this connection's token: HubSpot's own API hosts (also the regional ones
 * below hubapi.com) over TLS, or a simulator on this machine. Neither path, query nor credentials may be part of it.
 */
export function isHubSpotBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/') {
    return false;
  }
  if (LOOPBACK_HOSTS.includes(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:';
  return url.protocol === 'https:' && url.port === '' && url.hostname.endsWith('.hubapi.com');
}
