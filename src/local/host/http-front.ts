import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HubError, isHubError } from '../../domain/errors.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Topology } from '../../topology.ts';
import { type FrontAnswer, gatewayAnswer, matchRoute, toFrontAnswer, toHttpEvent } from './http-event.ts';

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

/** Undefined when the body is larger than the limit; the rest is not read then. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: FrontAnswer, close: boolean): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  if (close) response.setHeader('connection', 'close');
  response.writeHead(answer.status, { 'content-length': answer.body.length });
  response.end(answer.body);
}

/**
 * The HTTP API in front of the functions. Throws HubError `local.port-taken` (never) when the port is not free.
 */
export async function startHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const { topology, invoke, clock, log, port, hostname = '127.0.0.1', other } = options;
  const routes = topology.functions.flatMap(({ name, triggers }) =>
    triggers.flatMap((trigger) => (trigger.kind === 'http' ? [{ name, ...trigger }] : [])),
  );

  async function answer(request: IncomingMessage, method: string, target: string): Promise<FrontAnswer | undefined> {
    const path = target.split('?')[0] ?? '/';
    for (const route of routes) {
      const parameters = matchRoute(route.path, path);
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
