import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type * as DocuSignSdk from 'docusign-esign';
import { openSandboxStorage, type SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createDocuSignSimulator, type DocuSignSimulator } from './simulator.ts';
import type { DocuSignSwitches } from './switches.ts';

const sdk = createRequire(import.meta.url)('docusign-esign') as typeof DocuSignSdk;

export const ACCOUNT_ID = '11111111-2222-4333-8444-555555555555';
export const USER_ID = '66666666-7777-4888-8999-aaaaaaaaaaaa';
export const INTEGRATION_KEY = 'bbbbbbbb-cccc-4ddd-8eee-ffffffffffff';
/** 2026-03-02T09:00:00Z */
export const START_MS = 1_772_442_000_000;

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const strangerKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A request that a listener of ours received. */
export interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Stand {
  readonly simulator: DocuSignSimulator;
  readonly baseUrl: string;
  readonly clock: { nowMs(): number; advance(ms: number): void };
  /** Signs an assertion as the integration does; `overrides` spoil it. */
  assertion(overrides?: Readonly<Record<string, unknown>>, byStranger?: boolean): string;
  grant(assertion: string): Promise<Response>;
  /** The real SDK with a fresh token. */
  client(): Promise<{
    readonly envelopes: DocuSignSdk.EnvelopesApi;
    readonly folders: DocuSignSdk.FoldersApi;
    readonly templates: DocuSignSdk.TemplatesApi;
    readonly connect: DocuSignSdk.ConnectApi;
    readonly token: string;
  }>;
  /** A raw call to REST below the account. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
  close(): Promise<void>;
}

export interface StandOptions {
  readonly switches?: Partial<DocuSignSwitches>;
  readonly hmacKeys?: readonly string[];
  readonly timeScale?: number;
  readonly storage?: SandboxStorage;
}

function seededRandom(): () => number {
  let turn = 0;
  return () => {
    turn += 1;
    return createHash('sha256').update(String(turn)).digest().readUInt32BE(0) / 2 ** 32;
  };
}

function base64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A simulator on a free loopback port, with a clock that the test moves. */
export async function openStand(options: StandOptions = {}): Promise<Stand> {
  let now = START_MS;
  const clock = {
    nowMs: () => now,
    advance(ms: number) {
      now += ms;
    },
  };
  let simulator: DocuSignSimulator | undefined;
  const listener = getRequestListener((request, env) =>
    simulator === undefined ? new Response(null, { status: 503 }) : simulator.app.fetch(request, env),
  );
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started = createDocuSignSimulator({
    storage: options.storage ?? openSandboxStorage(':memory:'),
    clock,
    random: seededRandom(),
    baseUrl,
    accountId: ACCOUNT_ID,
    userId: USER_ID,
    integrationKey: INTEGRATION_KEY,
    publicKeyPem: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    hmacKeys: options.hmacKeys ?? [],
    ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
    ...(options.switches === undefined ? {} : { switches: options.switches }),
  });
  simulator = started;
  started.start();

  const assertion: Stand['assertion'] = (overrides = {}, byStranger = false) => {
    const issuedAt = Math.floor(now / 1000);
    const claims = {
      iss: INTEGRATION_KEY,
      sub: USER_ID,
      aud: baseUrl.slice('http://'.length),
      iat: issuedAt,
      exp: issuedAt + 3600,
      scope: 'signature impersonation',
      ...overrides,
    };
    const signed = `${base64Url({ alg: 'RS256', typ: 'JWT' })}.${base64Url(claims)}`;
    const key = byStranger ? strangerKeys.privateKey : keys.privateKey;
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  };
  const grant = (jwt: string) =>
    fetch(`${baseUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt }),
    });
  let token: string | undefined;
  async function freshToken(): Promise<string> {
    const body = (await (await grant(assertion())).json()) as { access_token: string };
    return body.access_token;
  }

  return {
    simulator: started,
    baseUrl,
    clock,
    assertion,
    grant,
    async client() {
      const api = new sdk.ApiClient();
      api.setBasePath(`${baseUrl}/restapi`);
      const accessToken = await freshToken();
      api.addDefaultHeader('Authorization', `Bearer ${accessToken}`);
      return {
        envelopes: new sdk.EnvelopesApi(api),
        folders: new sdk.FoldersApi(api),
        templates: new sdk.TemplatesApi(api),
        connect: new sdk.ConnectApi(api),
        token: accessToken,
      };
    },
    async call(method, path, body) {
      token ??= await freshToken();
      return fetch(`${baseUrl}/restapi/v2.1/accounts/${ACCOUNT_ID}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    },
    async close() {
      await started.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A tiny receiver of webhooks; `answers` are given one after the other, then 200. */
export async function openReceiver(answers: number[] = []) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A one-page PDF written out by hand, with `Sign here: /sig1/` on it. */
export const SMALL_PDF = `%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Count 1 /Kids [3 0 R] >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R >>
endobj
4 0 obj
<< /Length 60 >>
stream
BT /F1 12 Tf 20 100 Td (Our own agreement) Tj ET
BT /F1 12 Tf 20 60 Td [(Sign here: /s) -20 (ig1/)] TJ ET
endstream
endobj
trailer
<< /Size 5 /Root 1 0 R >>
%%EOF
`;

/** An envelope of one signer and our own PDF; `more` overrides. */
export function simpleDefinition(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    emailSubject: 'Please sign',
    documents: [{ documentId: '1', name: 'own.pdf', documentBase64: Buffer.from(SMALL_PDF).toString('base64') }],
    recipients: {
      signers: [{ recipientId: '1', name: 'Ada Customer', email: 'ada@customer.example', routingOrder: '1' }],
    },
    ...more,
  };
}

/** Waits until `condition` holds, looking often; for what happens behind a socket. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  if (!condition()) throw new Error('What was waited for did not happen.');
}
