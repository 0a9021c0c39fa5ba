import type { ErrorHandler, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Faults } from '../../../local/sandbox-kit/faults.ts';
import { randomUuid } from '../../../local/sandbox-kit/random-text.ts';
import { ApiFailure, missingScopes, unauthorized } from './failures.ts';
import { SIGNED_DOWNLOAD_PREFIX } from './file-routes.ts';
import type { SimulatorEnv } from './http.ts';
import { failureOf, isFromTheEdge } from './hubspot-faults.ts';
import type { RateLimiter } from './rate-limit.ts';
import { requiredScope } from './scopes.ts';
import type { SwitchBoard } from './switches.ts';

/** How long a connection hangs before it is cut: longer than clients wait. */
const HANG_MS = 15_000;
const CORRELATION_HEADER = 'x-hubspot-correlation-id';

export interface Gate {
  readonly middleware: MiddlewareHandler<SimulatorEnv>;
  readonly onError: ErrorHandler<SimulatorEnv>;
  /** Cuts all connections that hang. */
  release(): void;
}

/** What every call passes before it is handled: faults, token, scope, rate limit. */
export function createGate(deps: {
  faults: Faults;
  switches: SwitchBoard;
  limiter: RateLimiter;
  random: () => number;
  isToken: (token: string) => boolean;
}): Gate {
  const { faults, switches, limiter, random, isToken } = deps;
  const hanging = new Set<() => void>();

  function hang(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        hanging.delete(end);
        resolve();
      };
      const timer = setTimeout(end, forMs);
      hanging.add(end);
    });
  }

  /** Headers of the answer. */
  function admit(method: string, path: string, authorization: string | undefined): Record<string, string> {
    if (path.startsWith('/oauth/') || path.startsWith(SIGNED_DOWNLOAD_PREFIX)) return {};
    const token = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined || !isToken(token)) throw unauthorized();
    const headers = limiter.count(token, path.endsWith('/search'));
    const scope = requiredScope(method, path);
    if (scope !== undefined && switches.get().missingScopes.includes(scope)) throw missingScopes([scope]);
    return headers;
  }

  return {
    async middleware(c, next) {
      const subject = `${c.req.method} ${c.req.path}`;
      const fault = faults.strike(['rate-limit', 'server-error', 'accept-then-time-out'], subject);
      if (fault !== undefined && fault.kind !== 'accept-then-time-out') throw failureOf(fault);
      const headers = admit(c.req.method, c.req.path, c.req.header('authorization'));
      await next();
      if (fault !== undefined) {
        await hang(fault.delayMs ?? HANG_MS);
        c.env?.outgoing?.destroy();
        c.res = new Response(null, { status: 504, headers: { 'x-hono-already-sent': 'true' } });
        return;
      }
      for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
      if (!c.res.headers.has(CORRELATION_HEADER)) c.res.headers.set(CORRELATION_HEADER, randomUuid(random));
    },
    onError(error, c) {
      const failure =
        error instanceof ApiFailure ? error : new ApiFailure(500, { message: `internal error: ${error.message}` });
      const status = failure.status as ContentfulStatusCode;
      const correlationId = randomUuid(random);
      const headers = { ...failure.headers, [CORRELATION_HEADER]: correlationId };
      if (isFromTheEdge(failure.status)) {
        return c.html(`<html><head><title>${failure.status}</title></head><body></body></html>`, status, headers);
      }
      const { status: word, message, ...rest } = failure.body;
      return c.json({ status: word, message, correlationId, ...rest }, status, headers);
    },
    release() {
      for (const end of hanging) end();
    },
  };
}
