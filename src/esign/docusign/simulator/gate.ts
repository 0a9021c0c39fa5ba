import type { Context, MiddlewareHandler } from 'hono';
import type { Faults } from '../../../local/sandbox-kit/faults.ts';
import type { Duties } from './duties.ts';
import { hourlyLimitError, type Limits } from './limits.ts';
import type { OAuth } from './oauth.ts';
import { type RequestLog, readLoggedBody } from './request-log.ts';
import { WireError } from './wire-error.ts';
import type { World } from './world.ts';

/** Default of `delayMs` for a connection that is cut. */
const CUT_AFTER_MS = 50;

export interface GateOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly oauth: OAuth;
  readonly log: RequestLog;
  readonly duties: Duties;
}

/** The answer of DocuSign for an error: `{ errorCode, message }`. */
export function errorResponse(error: WireError): Response {
  return Response.json({ errorCode: error.errorCode, message: error.message }, { status: error.status });
}

/** What a fault's `match` is compared with: the path inside the account, e.g. `PUT /envelopes/<id>`. */
export function faultSubject(method: string, path: string): string {
  return `${method} ${path.replace(/^\/restapi\/v2(\.1)?\/accounts\/[^/]+/, '')}`;
}

function socketOf(context: Context): { destroy(): void } | undefined {
  const bindings = context.env as { incoming?: { socket?: { destroy(): void } } } | undefined;
  return bindings?.incoming?.socket;
}

async function cut(context: Context, afterMs: number): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  socketOf(context)?.destroy();
  // Tells @hono/node-server that there is nobody left to answer.
  return new Response(null, { status: 504, headers: { 'x-hono-already-sent': 'true' } });
}

/** Stands before OAuth and REST: log, faults, token, limits, in this order. */
export function createGate(options: GateOptions): MiddlewareHandler {
  const { world, faults, limits, oauth, log, duties } = options;

  function refusal(context: Context, subject: string): Response | undefined {
    const fault = faults.strike(['rate-limit', 'server-error'], subject);
    if (fault?.kind === 'server-error') {
      return new Response('<html><body>Service Unavailable</body></html>', {
        status: 503,
        headers: { 'content-type': 'text/html' },
      });
    }
    if (fault?.kind === 'rate-limit') return errorResponse(hourlyLimitError(world));
    if (!context.req.path.startsWith('/restapi/')) return undefined;
    try {
      oauth.authorize(context.req.header('authorization'));
      limits.count(context.req.method, /\/envelopes\/([0-9a-f-]{36})/i.exec(context.req.path)?.[1]);
      return undefined;
    } catch (error) {
      if (error instanceof WireError) return errorResponse(error);
      throw error;
    }
  }

  return async (context, next) => {
    const { method, path } = context.req;
    const body = readLoggedBody(await context.req.text());
    const subject = faultSubject(method, path);
    const note = (status: number) =>
      log.add({ method, path, query: context.req.query(), status, body, atMs: world.nowMs() });
    duties.catchUp();
    const refused = refusal(context, subject);
    const cutting = refused === undefined ? faults.strike(['accept-then-time-out'], subject) : undefined;
    if (refused !== undefined) context.res = refused;
    else await next();
    if (cutting !== undefined) {
      note(0);
      context.res = undefined;
      context.res = await cut(context, cutting.delayMs ?? CUT_AFTER_MS);
      return;
    }
    if (path.startsWith('/restapi/')) {
      for (const [name, value] of Object.entries(limits.headers())) context.res.headers.set(name, value);
    }
    note(context.res.status);
  };
}
