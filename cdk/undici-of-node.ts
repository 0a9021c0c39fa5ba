/**
 * Stands in for the package `undici` in the bundles: jsforce loads it for a transport of its own, which the adapter
 * replaces, and it would be half of every worker's bundle and a third of its start (1.3 MB with it, 0.6 MB without;
 * 110 ms and 60 ms to load). What jsforce looks at while it loads is here; whoever calls gets Node's own `fetch`, which
 * is the same client.
 */
export const fetch = globalThis.fetch;
export const Response = globalThis.Response;
export const errors = { SocketError: Error };

/** A connection pool that nobody uses; jsforce makes one while it loads. */
export function Agent(): void {}

/** Nobody configures a proxy here: it would not be used. */
export function ProxyAgent(): void {
  throw new Error('the bundles have no proxy client; the adapter sends through the fetch of Node');
}
