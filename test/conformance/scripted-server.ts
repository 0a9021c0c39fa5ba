import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface ScriptedRequest {
  readonly method: string;
  /** Path with its query, decoded for reading. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** JSON where the request says so, text otherwise. */
  readonly body: unknown;
}

export interface ScriptedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects are sent as JSON. */
  readonly body?: unknown;
  /** `never`: no answer at all; `cut`: the connection is closed instead of an answer. */
  readonly answers?: 'never' | 'cut';
}

export interface ScriptedServer {
  readonly url: string;
  /** `on('GET /path?query', reply, nextReply)`: one reply after the other, the last one for good. */
  on(request: string, ...replies: ScriptedReply[]): void;
  /** Everything that arrived, in order. */
  readonly requests: readonly ScriptedRequest[];
  /** `METHOD path` of everything that arrived. */
  lines(): readonly string[];
  stop(): Promise<void>;
}

/** A server on the loopback that answers what it was told and fails what it was not. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const script = new Map<string, ScriptedReply[]>();
  const requests: ScriptedRequest[] = [];

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const isJson = incoming.headers['content-type']?.startsWith('application/json') === true;
    const request = {
      method: incoming.method ?? '',
      path: decodeURIComponent(incoming.url ?? ''),
      headers: incoming.headers,
      body: text === '' ? undefined : isJson ? JSON.parse(text) : text,
    };
    requests.push(request);
    const replies = script.get(`${request.method} ${request.path}`);
    const reply = replies === undefined || replies.length === 0 ? undefined : replies[0];
    if (replies !== undefined && replies.length > 1) replies.shift();
    if (reply === undefined) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ status: 'error', message: `not in the script: ${request.method} ${request.path}` }),
      );
      return;
    }
    if (reply.answers === 'never') return;
    if (reply.answers === 'cut') {
      incoming.socket.destroy();
      return;
    }
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(typeof reply.body === 'string' || reply.body === undefined ? reply.body : JSON.stringify(reply.body));
  }

  const server = createServer((incoming, response) => void answer(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    on: (request, ...replies) => void script.set(request, [...replies]),
    requests,
    lines: () => requests.map(({ method, path }) => `${method} ${path}`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
