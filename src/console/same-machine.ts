import type { MiddlewareHandler } from 'hono';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/** Who a state change is attributed to; printable, so that it can be shown as it is. */
const ACTOR = /^[\p{L}\p{N} ._@+'-]{1,80}$/u;

/**
 * Keeps everybody out who is not on this machine: other names for it (a page elsewhere whose name was made to point to
 * 127.0.0.1), and pages of other origins. A page of another origin cannot set the header `x-stagepost-actor`, without
 * which nothing is changed (`namedActor`), without asking first, and is never allowed to.
 */
export function sameMachineOnly(): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    if (!LOOPBACK.test(host)) {
      return refuse(c, 'host.refused', 'this address answers only as 127.0.0.1 or localhost; open it by that name');
    }
    const origin = c.req.header('origin');
    const isForeign = origin !== undefined && origin !== `http://${host}`;
    if (isForeign || c.req.header('sec-fetch-site') === 'cross-site') {
      return refuse(c, 'origin.refused', 'pages of other sites may not call this address');
    }
    await next();
  };
}

/** Somebody answers for every state change. */
export function namedActor(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD' && !ACTOR.test(actorOf(c.req.header('x-stagepost-actor')))) {
      const sentence = 'say who does this: send the header x-stagepost-actor with a name of at most 80 letters';
      return c.json({ error: { code: 'actor.missing', sentence } }, 400);
    }
    await next();
  };
}

/** Names outside ASCII travel percent-encoded, since a header holds none. */
export function actorOf(header: string | undefined): string {
  try {
    return decodeURIComponent(header ?? '').trim();
  } catch {
    return '';
  }
}

function refuse(c: Parameters<MiddlewareHandler>[0], code: string, sentence: string): Response {
  return c.json({ error: { code, sentence } }, 403);
}
