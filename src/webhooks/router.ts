import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HubError, isHubError } from '../domain/errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { ConnectionSecret, Secrets } from '../platform/secrets.ts';
import type { Queue } from '../queue/queue.ts';
import { type CallerAddress, signedUrl } from './caller-address.ts';
import type { Delivery } from './delivery.ts';
import type { Door, DoorSecrets, RawRequest, Verdict } from './door.ts';
import { createRefusals } from './refusals.ts';
import type { DoorConnection } from './webhook-environment.ts';

/** In base64, and with its headers, a body of this size still fits one queue message of 1 MiB. */
export const BODY_LIMIT_BYTES = 640 * 1024;

/** Kept headers are for people who look into a delivery; nobody needs more of one. */
const KEPT_HEADER_LENGTH = 500;

/**
 * HubSpot gives up on an answer after 5 s ("Webhooks API"), the shortest patience of the providers. When what is behind
 * the door is slower, a clear no in time is better than silence; what still arrives afterwards is told again, which
 * changes nothing.
 */
const ANSWER_WITHIN_MS = 4_000;

/** Stands in for the keys of a connection that does not exist, so that refusing it costs the same work. */
const DUMMY_SECRETS: DoorSecrets = {
  signingKeys: ['no connection has this key, newest', 'no connection has this key, previous'],
};

export interface WebhookRouterDeps {
  readonly doors: readonly Door[];
  readonly connections: readonly DoorConnection[];
  readonly secrets: Secrets;
  readonly inbox: Queue;
  /** The inbox of deliveries that may only cause a look (`hintOnly`). */
  readonly hints: Queue;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Scheme and host under which providers call; signatures are checked against it, never against the request's host. */
  readonly publicUrl: string;
  readonly log: Log;
  /** Time for secret and queue together; 4000 unless told. */
  readonly answerWithinMs?: number;
}

/**
 * `POST /webhooks/{provider}/{connectionId}`: size, signature over the raw bytes, one message into the inbox, then the
 * provider's own form of yes.
 *
 * - 413 above 640 KiB.
 * - One and the same 401 for an unknown provider, an unknown connection, and a missing, wrong, stale or future
 *   signature. An unknown id is verified against a dummy key and causes no look-up.
 * - 503 when the queue refuses, the secret cannot be read, or both take more than 4 s: the provider tries again.
 * - 404 for every other method and path.
 *
 * A signature that fails is checked once more against a fresh read of the secret, so that a rotated key works at once.
 */
export function createWebhookRouter(deps: WebhookRouterDeps): Hono<{ Bindings: CallerAddress }> {
  const { doors, connections, secrets, inbox, hints, clock, newId, log } = deps;
  const [firstDoor] = doors;
  if (firstDoor === undefined) throw new Error('a webhook router needs at least one door; list them in doors.ts');
  const anyDoor: Door = firstDoor;
  const noteRefusal = createRefusals({ inbox, clock, log });
  const answerWithinMs = deps.answerWithinMs ?? ANSWER_WITHIN_MS;
  const app = new Hono<{ Bindings: CallerAddress }>();

  app.post(
    '/webhooks/:provider/:connectionId',
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: tooLarge,
    }),
    (c) => within(answerWithinMs, accept(c)),
  );

  async function accept(c: Context<{ Bindings: CallerAddress }>): Promise<Response> {
    const receivedAtMs = clock.nowMs();
    const request: RawRequest = {
      method: c.req.method,
      url: signedUrl(deps.publicUrl, c.req.url, c.env),
      headers: c.req.header(),
      body: new Uint8Array(await c.req.arrayBuffer()),
    };
    // A declared length is only a declaration.
    if (request.body.length > BODY_LIMIT_BYTES) return tooLarge(c);
    const { provider, connectionId } = c.req.param();
    const door = doors.find((each) => each.provider === provider);
    const connection = connections.find((each) => each.id === connectionId && each.provider === door?.provider);

    let verdict: Verdict;
    if (door === undefined || connection === undefined) {
      const standIn = door ?? anyDoor;
      standIn.verify(request, DUMMY_SECRETS, receivedAtMs);
      verdict = standIn.verify(request, DUMMY_SECRETS, receivedAtMs);
    } else {
      const secret = await secretWithKeys(connection.secret);
      verdict = door.verify(request, secret, receivedAtMs);
      if (!verdict.ok) {
        const fresh = verdict.cause === 'signature-wrong' ? await freshSecret(connection.secret, secret) : secret;
        verdict = door.verify(request, fresh, receivedAtMs);
      }
    }

    if (door === undefined || connection === undefined || !verdict.ok) {
      const cause = connection === undefined ? 'connection-unknown' : verdict.ok ? 'signature-wrong' : verdict.cause;
      noteRefusal(connection, cause, redacted(request.url));
      return c.text('Unauthorized\n', 401);
    }

    const deliveryId = newId();
    const delivery: Delivery = {
      v: 1,
      kind: 'delivery',
      deliveryId,
      provider: door.provider,
      connectionId: connection.id,
      receivedAtMs,
      // A trace has the id of the delivery that begins it: whoever has the one has the other.
      traceId: deliveryId,
      headers: keptHeaders(request.headers, door.keepHeaders),
      bodyBase64: Buffer.from(door.redactBody?.(request.body) ?? request.body).toString('base64'),
    };
    await (verdict.hintOnly === true ? hints : inbox).send(JSON.stringify(delivery));
    log('info', 'webhook.accepted', {
      connectionId: connection.id,
      deliveryId: delivery.deliveryId,
      traceId: delivery.traceId,
    });
    const { status, headers, body } = door.acknowledge(request);
    // An empty text would be a stream that somebody has to read.
    return new Response(body === '' ? null : body, { status, headers });
  }

  /** Whoever guesses may send one provider's token to another one's address: every door takes out what it knows. */
  function redacted(url: string): string {
    return doors.reduce((shown, door) => door.redactUrl?.(shown) ?? shown, url);
  }

  function tooLarge(c: Context): Response {
    log('warn', 'webhook.too-large', { status: 413 });
    return c.text('The request body is larger than 640 KiB.\n', 413);
  }

  app.notFound((c) => c.text('Not found\n', 404));

  // Whatever went wrong behind the door, nothing was acknowledged: the provider keeps the event and comes again.
  app.onError((error, c) => {
    const secret = isHubError(error) ? error.context['secret'] : undefined;
    const about = typeof secret === 'string' ? { secret } : {};
    log('error', 'webhook.not-accepted', { code: codeOf(error), status: 503, ...about });
    return c.text('Not accepted, please try again.\n', 503);
  });

  /** Before somebody has put keys into it nobody can be refused: the provider has to come again until they are there. */
  async function secretWithKeys(name: string): Promise<ConnectionSecret> {
    const known = await secrets.read(name);
    if (known.signingKeys.length > 0) return known;
    const fresh = await secrets.read(name, { refresh: true });
    if (fresh.signingKeys.length > 0) return fresh;
    throw new HubError('secrets.missing', `The secret ${name} holds no signing key yet; put its value in.`, {
      retry: 'never',
      context: { secret: name },
    });
  }

  /** The secret read anew, or the known one: whoever fails the first check must not see whether the second was possible. */
  async function freshSecret(name: string, known: ConnectionSecret): Promise<ConnectionSecret> {
    try {
      return await secrets.read(name, { refresh: true });
    } catch (error) {
      log('warn', 'webhook.secret-not-refreshed', { code: codeOf(error), key: name });
      return known;
    }
  }

  return app;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `secret and queue took more than ${ms} ms; the provider was asked to come again`;
      reject(new HubError('webhook.too-slow', message, { retry: { afterMs: 1000 }, done: 'unknown' }));
    }, ms);
  });
  try {
    return await Promise.race([work, tooSlow]);
  } finally {
    clearTimeout(timer);
  }
}

function keptHeaders(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value.slice(0, KEPT_HEADER_LENGTH);
  }
  return kept;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';
}
