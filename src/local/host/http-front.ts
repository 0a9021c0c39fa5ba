import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HubError, isHubError } from '../../domain/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Topology } from '../../topology.ts';
import { type FrontAnswer, gatewayAnswer, toFrontAnswer, toHttpEvent } from './http-event.ts';
import { createRoute } from './http-route.ts';

/** Payload limit of an HTTP API ("Quotas for configuring and running an HTTP API"). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface HttpFrontOptions {
  readonly topology: Topology;
  /** The host's `invoke`. */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 picks a free port. */
  readonly port: number;
  /** Loopback unless told otherwise: what plays by itself is nobody else's business. */
  readonly hostname?: string;
  /** Gets what no function's route matches; answers true when it took the request. */
  readonly other?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface HttpFront {
  readonly port: number;
  /** Base URL without a slash at the end. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Undefined when the body is larger than the limit; the rest is not read then. Rejects when the caller goes away.
 * With events and not as an async iterator, which would cost a third of all that this front does.
 */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        request.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('the caller went away'));
    });
  });
}

function send(response: ServerResponse, answer: FrontAnswer, close: boolean): void {
  const headers: OutgoingHttpHeaders = { ...answer.headers, 'content-length': answer.body.length };
  if (close) headers['connection'] = 'close';
  response.writeHead(answer.status, headers);
  // Without a body there is one write to the socket instead of two.
  if (answer.body.length === 0) response.end();
  else response.end(answer.body);
}

/**
 * The HTTP API in front of the functions. Throws HubError `local.port-taken` (never) when the port is not free.
 */
export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const { topology, invoke, clock, log, port, hostname = '127.0.0.1', other } = options;
  const routes = topology.functions.flatMap(({ name, triggers }) =>
    triggers.flatMap((trigger) =>
      trigger.kind === 'http' ? [{ name, ...trigger, parametersOf: createRoute(trigger.path) }] : [],
    ),
  );

  async function answer(request: IncomingMessage, method: string, target: string): Promise<FrontAnswer | undefined> {
    const path = target.split('?')[0] ?? '/';
    for (const route of routes) {
      const parameters = route.parametersOf(path);
      if (parameters === undefined || (route.method !== 'ANY' && route.method !== method)) continue;
      const body = await readBody(request);
      if (body === undefined) return gatewayAnswer(413, 'Request Too Long');
      const event = toHttpEvent(
        { method, target, headers: request.headers, remoteAddress: request.socket.remoteAddress ?? '', body },
        { key: `${route.method} ${route.path}`, parameters },
        { nowMs: clock.nowMs(), requestId: randomUUID() },
      );
      try {
        return toFrontAnswer(await invoke(route.name, event));
      } catch (error) {
        const timedOut = isHubError(error, 'local.function-timed-out');
        log('error', 'host.http-failed', { key: route.name, code: error instanceof Error ? error.name : 'unknown' });
        return timedOut ? gatewayAnswer(503, 'Service Unavailable') : gatewayAnswer(500, 'Internal Server Error');
      }
    }
    return undefined;
  }

  const server = createServer((request, response) => {
    answer(request, request.method ?? 'GET', request.url ?? '/').then(
      (found) => {
        if (found !== undefined) send(response, found, found.status === 413);
        else if (other?.(request, response) !== true) send(response, gatewayAnswer(404, 'Not Found'), false);
      },
      // The caller went away while we read: nobody is left to answer.
      () => response.destroy(),
    );
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new HubError(
              'local.port-taken',
              `Port ${port} on ${hostname} is taken by another program; stop it or choose another port.`,
              { retry: 'never', cause: error, context: { port } },
            )
          : error,
      ),
    );
    server.listen(port, hostname, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    port: actualPort,
    url: `http://${hostname}:${actualPort}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
