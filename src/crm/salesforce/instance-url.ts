const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** True for a simulator on this machine. */
export function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && LOOPBACK_HOSTS.includes(new URL(text).hostname);
}

/**
 * True for an address that may be given this connection's tokens: a My Domain host over TLS, or a simulator on this
 * machine. `*.lightning.force.com` is the address of the pages, not of the API (jsforce refuses it too). Neither path,
 * query nor credentials may be part of it.
 */
export function isSalesforceUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || url.pathname !== '/') {
    return false;
  }
  if (LOOPBACK_HOSTS.includes(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:';
  return (
    url.protocol === 'https:' && url.port === '' && /^[a-z0-9][a-z0-9.-]*\.my\.salesforce\.com$/.test(url.hostname)
  );
}
