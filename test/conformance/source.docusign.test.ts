import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { EnvelopeSignal } from '../../src/domain/signals.ts';
import { docusignDoor } from '../../src/esign/docusign/inbound/door.ts';
import { docusignParser } from '../../src/esign/docusign/inbound/parser.ts';
import type { RawRequest } from '../../src/webhooks/door.ts';
import { ACCOUNT, CONNECT_KEYS, openDocuSignWorld } from './docusign-world.ts';
import { specFor } from './esign-world.ts';
import { describeSource } from './source-suite.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`../../src/esign/docusign/fixtures/${name}.json`, import.meta.url), 'utf8');
}

const connections = [{ id: 'docusign-main', provider: 'docusign', accountId: ACCOUNT }];

describeSource('DocuSign', {
  door: docusignDoor,
  parser: docusignParser,
  connections,
  keys: ['the newer Connect key', 'the older Connect key'],
  sign: (body, key) => ({
    method: 'POST',
    url: 'https://hub.example.com/webhooks/docusign/docusign-main',
    headers: { 'x-docusign-signature-1': createHmac('sha256', key).update(body).digest('base64') },
    body,
  }),
  signedHeaders: ['x-docusign-signature-1'],
  signsUrl: false,
  windowMs: undefined,
  bodies: {
    'an envelope that was sent': fixture('envelope-sent'),
    'a signature of the customer': fixture('customer-signed'),
    'an envelope that everybody signed': fixture('everybody-signed'),
    'an envelope that the customer declined': fixture('customer-declined'),
    'an envelope that was voided in DocuSign': fixture('voided-in-docusign'),
    'an e-mail that came back': fixture('email-came-back'),
  },
  retried: (body) =>
    body
      .replace('"retryCount": 0', '"retryCount": 3')
      .replace(/"generatedDateTime": "[^"]+"/, '"generatedDateTime": "2026-11-21T10:15:32.7654321Z"'),
  fromUnknownAccount: (body) => body.replaceAll(ACCOUNT, 'ffffffff-0000-4000-8000-ffffffffffff'),
});

interface Listener {
  readonly url: string;
  readonly received: RawRequest[];
  stop(): Promise<void>;
}

async function listen(): Promise<Listener> {
  const received: RawRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push({ method: request.method ?? '', url: request.url ?? '', headers, body: Buffer.concat(chunks) });
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/webhooks/docusign/docusign-main`,
    received,
    stop: () => new Promise((resolve) => server.close(() => resolve()) && server.closeAllConnections()),
  };
}

function signalsOf(request: RawRequest): readonly EnvelopeSignal[] {
  expect(docusignDoor.verify(request, { signingKeys: CONNECT_KEYS }, 0)).toEqual({ ok: true });
  expect(docusignDoor.verify(request, { signingKeys: [CONNECT_KEYS[1] ?? ''] }, 0)).toEqual({ ok: true });
  expect(docusignDoor.verify(request, { signingKeys: ['another key'] }, 0)).toEqual({
    ok: false,
    cause: 'signature-wrong',
  });
  const delivery = {
    v: 1,
    kind: 'delivery',
    deliveryId: 'd',
    provider: 'docusign',
    connectionId: 'docusign-main',
    receivedAtMs: 0,
    traceId: 't',
    headers: {},
    bodyBase64: Buffer.from(request.body).toString('base64'),
  } as const;
  const parsed = docusignParser.parse(delivery, { connections, receivedAtMs: 0 });
  expect(parsed.rejects).toEqual([]);
  return parsed.signals.flatMap((signal) => (signal.kind === 'envelope' ? [signal] : []));
}

describe('what the DocuSign simulator sends for an envelope of ours', () => {
  it('is let in and understood, from sending to the last signature', async () => {
    const listener = await listen();
    const world = await openDocuSignWorld();
    try {
      const { envelopeId } = await world.port.createDraft(specFor(world, { notifyUrl: listener.url }));
      await world.port.sendDraft(envelopeId);
      for (const recipientId of ['1', '2', '3']) {
        world.simulator.control.open(envelopeId, recipientId);
        world.sign(envelopeId, recipientId);
      }
      const told = () => listener.received.flatMap(signalsOf);
      await expect.poll(() => told().map(({ event }) => event), { timeout: 5_000 }).toContain('completed');
      await expect.poll(() => world.simulator.control.webhooks.waiting().length, { timeout: 5_000 }).toBe(0);

      const ids = told().map(({ id }) => id.replace(envelopeId, 'ENVELOPE'));
      expect(ids.toSorted()).toEqual([
        'e/docusign-main/ENVELOPE/completed/-',
        'e/docusign-main/ENVELOPE/created/-',
        'e/docusign-main/ENVELOPE/delivered/-',
        'e/docusign-main/ENVELOPE/recipient-completed/1',
        'e/docusign-main/ENVELOPE/recipient-completed/2',
        'e/docusign-main/ENVELOPE/recipient-completed/3',
        'e/docusign-main/ENVELOPE/recipient-completed/4',
        'e/docusign-main/ENVELOPE/recipient-delivered/1',
        'e/docusign-main/ENVELOPE/recipient-delivered/2',
        'e/docusign-main/ENVELOPE/recipient-delivered/3',
        'e/docusign-main/ENVELOPE/recipient-sent/1',
        'e/docusign-main/ENVELOPE/recipient-sent/2',
        'e/docusign-main/ENVELOPE/recipient-sent/3',
        'e/docusign-main/ENVELOPE/recipient-sent/4',
        'e/docusign-main/ENVELOPE/sent/-',
      ]);
      for (const signal of told()) {
        expect(signal).toMatchObject({ contractRef: 'crm.9001/1', attemptKey: 'crm.9001/1/1', envelopeId });
        expect(Math.abs(signal.atMs - Date.now())).toBeLessThan(60_000);
      }
      const completed = told().find(({ event }) => event === 'completed');
      expect(completed?.recipients?.map(({ recipientId, state }) => `${recipientId} ${state}`).toSorted()).toEqual([
        '1 completed',
        '2 completed',
        '3 completed',
        '4 completed',
      ]);
    } finally {
      await world.stop();
      await listener.stop();
    }
  });
});
