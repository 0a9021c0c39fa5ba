/**
 * What the Lambda adapter of Hono hands over beside the request: the event of the HTTP API with the path and the query
 * as they were called. A `Request` normalises its URL (`/a/../b`, spaces, some characters), a signature does not.
 */
export interface CallerAddress {
  readonly event?: { readonly rawPath?: unknown; readonly rawQueryString?: unknown };
}

/**
 * The URL that the provider called and may have signed: the configured public base URL, then path and query exactly
 * as received. Falls back to the request's own URL where there is no event (a plain HTTP server, a test).
 */
export function signedUrl(publicUrl: string, requestUrl: string, address: CallerAddress | undefined): string {
  const base = publicUrl.replace(/\/+$/, '');
  const rawPath = address?.event?.rawPath;
  if (typeof rawPath !== 'string') return base + pathAndQuery(requestUrl);
  const rawQuery = address?.event?.rawQueryString;
  return typeof rawQuery === 'string' && rawQuery !== '' ? `${base}${rawPath}?${rawQuery}` : base + rawPath;
}

function pathAndQuery(url: string): string {
  const afterScheme = url.indexOf('://') + 3;
  const start = url.indexOf('/', afterScheme);
  return start < 0 ? '/' : url.slice(start);
}
