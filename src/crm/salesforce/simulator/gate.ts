import type { ErrorHandler, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Clock } from '../../../platform/clock.ts';
import { ApiFailure, limitExceeded, PageFailure, rowLocked, sessionExpired } from './failures.ts';
import type { SimulatorEnv } from './http.ts';
import type { OAuth } from './oauth.ts';
import type { SalesforceFault, SalesforceFaults } from './salesforce-faults.ts';
import type { SwitchBoard } from './switches.ts';

/** How long a connection hangs before it is cut: longer than clients wait. */
const HANG_MS = 15_000;
const DAY_MS = 86_400_000;
const REST = '/services/data';

export interface Gate {
  readonly middleware: MiddlewareHandler<SimulatorEnv>;
  readonly onError: ErrorHandler<SimulatorEnv>;
  /** Calls of the current day. */
  usage(): { used: number; limit: number };
  /** Cuts all connections that hang. */
  release(): void;
}

/** What every call passes before it is handled: faults, session, limit of the day. */
export function createGate(deps: {
  clock: Clock;
  faults: SalesforceFaults;
  switches: SwitchBoard;
  oauth: OAuth;
}): Gate {
  const { clock, faults, switches, oauth } = deps;
  const hanging = new Set<() => void>();
  let day = { startMs: 0, used: 0 };

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

  const usage = () => ({ used: day.used, limit: switches.get().requestsPerDay });
  const limitInfo = () => `api-usage=${usage().used}/${usage().limit}`;

  /** The version list and everything outside the REST API need no session. */
  function admit(path: string, authorization: string | undefined): void {
    if (!path.startsWith(`${REST}/`)) return;
    const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    if (switches.get().alwaysUnauthorized || oauth.use(token) === undefined) throw sessionExpired();
    const nowMs = clock.nowMs();
    if (nowMs - day.startMs >= DAY_MS) day = { startMs: nowMs - (nowMs % DAY_MS), used: 0 };
    if (day.used >= switches.get().requestsPerDay) throw limitExceeded('daily');
    day.used += 1;
  }

  function failureOf(fault: SalesforceFault): Error {
    if (fault.kind === 'rate-limit') return limitExceeded(fault.limit ?? 'daily');
    const { error = 'maintenance' } = fault;
    switch (error) {
      case 'maintenance':
        return new ApiFailure(503, [{ message: 'Server too busy', errorCode: 'SERVER_UNAVAILABLE' }]);
      case 'maintenance-page':
        return new PageFailure(200, 'Down for maintenance', 'We are upgrading this organization. Try again later.');
      case 'bad-gateway-page':
        return new PageFailure(502, 'Bad Gateway', 'The server is temporarily unable to service your request.');
      case 'internal':
        return new ApiFailure(500, [
          {
            message: 'An unexpected error occurred. Please include this ErrorId if you contact support: 1193-77',
            errorCode: 'UNKNOWN_EXCEPTION',
          },
        ]);
      case 'lock-row':
        return rowLocked(switches.get().lockStatus);
      case 'session-expired':
        return sessionExpired();
      default:
        return error satisfies never;
    }
  }

  return {
    usage,
    async middleware(c, next) {
      const fault = faults.strike(['rate-limit', 'server-error', 'accept-then-time-out'], c.req.method, c.req.path);
      if (fault !== undefined && fault.kind !== 'accept-then-time-out') throw failureOf(fault);
      admit(c.req.path, c.req.header('authorization'));
      await next();
      if (fault !== undefined) {
        await hang(fault.delayMs ?? HANG_MS);
        c.env?.outgoing?.destroy();
        c.res = new Response(null, { status: 504, headers: { 'x-hono-already-sent': 'true' } });
        return;
      }
      if (c.req.path.startsWith(REST)) c.res.headers.set('Sforce-Limit-Info', limitInfo());
    },
    onError(error, c) {
      const headers: Record<string, string> = c.req.path.startsWith(REST) ? { 'Sforce-Limit-Info': limitInfo() } : {};
      if (error instanceof PageFailure) {
        // Exactly so: the client recognises a page by a content type without a character set.
        const type = { ...headers, 'content-type': 'text/html' };
        return c.body(error.html, error.status as ContentfulStatusCode, type);
      }
      const failure =
        error instanceof ApiFailure
          ? error
          : new ApiFailure(500, [{ message: `internal error: ${error.message}`, errorCode: 'UNKNOWN_EXCEPTION' }]);
      return c.json(failure.errors, failure.status as ContentfulStatusCode, headers);
    },
    release() {
      for (const end of hanging) end();
    },
  };
}
