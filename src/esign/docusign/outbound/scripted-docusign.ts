import { generateKeyPairSync } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { ConnectionPolicy } from '../../../domain/policies.ts';
import type { ESignPort } from '../../esign-port.ts';
import { createDocuSignESign } from './esign.ts';

// For tests only: a server on the loopback that answers what the test told it to, and remembers what was asked.

export const ACCOUNT = '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e';
export const USER = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
export const INTEGRATION_KEY = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
export const NOW_MS = Date.parse('2026-11-20T10:00:00.000Z');

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const PUBLIC_KEY = keys.publicKey;
export const PRIVATE_KEY_PEM = keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly json?: unknown;
      readonly body?: string | Buffer;
    }
  /** Hangs up without an answer. */
  | 'hang-up'
  /** Starts an answer and hangs up in the middle of it. */
  | 'break-off';

export interface ScriptedDocuSign {
  readonly url: string;
  readonly port: ESignPort;
  /** Every request but those of the grant. */
  readonly requests: SeenRequest[];
  /** Requests for tokens and for user information. */
  readonly grants: SeenRequest[];
  /** Answers to requests, in order; a request without one gets status 599. */
  answer(...answers: readonly ScriptedAnswer[]): void;
  answerGrant(...answers: readonly ScriptedAnswer[]): void;
  /** Moves the clock of the adapter. */
  passTime(ms: number): void;
  connect(changes?: {
    secret?: Record<string, string>;
    settings?: Record<string, unknown>;
    fetch?: typeof fetch;
  }): ESignPort;
  stop(): Promise<void>;
}

export async function startScriptedDocuSign(): Promise<ScriptedDocuSign> {
  const requests: SeenRequest[] = [];
  const grants: SeenRequest[] = [];
  const answers: ScriptedAnswer[] = [];
  const grantAnswers: ScriptedAnswer[] = [];
  let nowMs = NOW_MS;
  let tokens = 0;

  function usualGrant(path: string): ScriptedAnswer {
    if (path === '/oauth/token') {
      tokens += 1;
      return { status: 200, json: { access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 3600 } };
    }
    const account = { account_id: ACCOUNT, is_default: true, account_name: 'Northwind', base_uri: url };
    return { status: 200, json: { sub: USER, name: 'Service', email: 'service@example.com', accounts: [account] } };
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const seen = {
      method: request.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    const isGrant = pathname.startsWith('/oauth/');
    (isGrant ? grants : requests).push(seen);
    respond(response, isGrant ? (grantAnswers.shift() ?? usualGrant(pathname)) : (answers.shift() ?? { status: 599 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const connect: ScriptedDocuSign['connect'] = (changes = {}) =>
    createDocuSignESign({
      connection: connectionTo(url, changes.settings),
      readSecret: async () => ({ signingKeys: ['k'], privateKey: PRIVATE_KEY_PEM, ...changes.secret }),
      clock: { nowMs: () => nowMs },
      ...(changes.fetch === undefined ? {} : { fetch: changes.fetch }),
    });

  return {
    url,
    port: connect(),
    requests,
    grants,
    answer: (...more) => void answers.push(...more),
    answerGrant: (...more) => void grantAnswers.push(...more),
    passTime: (ms) => {
      nowMs += ms;
    },
    connect,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function connectionTo(url: string, settings: Record<string, unknown> = {}): ConnectionPolicy {
  return {
    id: 'docusign-main',
    provider: 'docusign',
    role: 'esign',
    mode: 'live',
    effectsFromMs: 0,
    settings: { accountId: ACCOUNT, userId: USER, integrationKey: INTEGRATION_KEY, authHost: url, ...settings },
  };
}

function respond(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === 'hang-up') {
    response.destroy();
    return;
  }
  if (answer === 'break-off') {
    response.writeHead(200, { 'content-type': 'application/pdf', 'content-length': '1000' });
    response.write('%PDF-1.7', () => response.destroy());
    return;
  }
  const isJson = answer.json !== undefined;
  response.writeHead(answer.status, { ...(isJson ? { 'content-type': 'application/json' } : {}), ...answer.headers });
  response.end(isJson ? JSON.stringify(answer.json) : answer.body);
}
