import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { openStand, type Stand, simpleDefinition } from './test-stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await openStand();
});
afterEach(() => stand.close());

async function create(more: Record<string, unknown>): Promise<string> {
  const response = await stand.call('POST', '/envelopes', simpleDefinition({ status: 'sent', ...more }));
  return ((await response.json()) as { envelopeId: string }).envelopeId;
}

async function page(): Promise<string> {
  return (await fetch(`${stand.baseUrl}/_sandbox`)).text();
}

function press(path: string, form: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stand.baseUrl}/_sandbox/do/${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
}

test('the page escapes what comes from outside and enables only the buttons of whose turn it is', async () => {
  await create({
    emailSubject: '<script>alert(1)</script>',
    recipients: {
      signers: [
        { recipientId: '1', name: 'First', email: 'first@customer.example', routingOrder: '1' },
        { recipientId: '2', name: 'Second', email: 'second@customer.example', routingOrder: '2' },
      ],
    },
  });
  const shown = await page();
  expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(shown).not.toContain('<script>');
  const button = (recipientId: string, action: string) =>
    new RegExp(`recipients/${recipientId}/${action}"><button( disabled)?>`).exec(shown)?.[1];
  expect([button('1', 'sign'), button('2', 'sign')]).toEqual([undefined, ' disabled']);
});

test('a person opens and signs on the page, and a wrong button says why not', async () => {
  const id = await create({});
  expect((await press(`envelopes/${id}/recipients/1/open`)).status).toBe(303);
  expect(stand.simulator.control.envelope(id).status).toBe('delivered');
  expect((await press(`envelopes/${id}/recipients/1/sign`)).headers.get('location')).toBe('/_sandbox');
  expect(stand.simulator.control.envelope(id).status).toBe('completed');
  const again = await press(`envelopes/${id}/recipients/1/sign`);
  expect(again.status).toBe(400);
  expect(await again.text()).toContain('It is not the turn of recipient &quot;1&quot;: the envelope is completed.');
});

test('a reason given on the page reaches the envelope', async () => {
  const id = await create({});
  await press(`envelopes/${id}/recipients/1/decline`, { reason: 'Wrong price' });
  expect(stand.simulator.control.envelope(id).recipients[0]?.declinedReason).toBe('Wrong price');
  const other = await create({});
  await press(`envelopes/${other}/void`, { reason: ' ' });
  expect(stand.simulator.control.envelope(other).voidedReason).toBe('Done on the sandbox page.');
});

test('faults are added and removed on the page', async () => {
  await press('faults', { kind: 'rate-limit', match: 'POST /envelopes', times: '2' });
  expect(stand.simulator.control.faults.list()).toEqual([{ kind: 'rate-limit', match: 'POST /envelopes', times: 2 }]);
  await press('faults/clear');
  expect(stand.simulator.control.faults.list()).toEqual([]);
  expect((await press('faults', { kind: 'earthquake' })).status).toBe(400);
});

test('the JSON API does the same from outside', async () => {
  const id = await create({});
  const api = (method: string, path: string, body?: unknown) =>
    fetch(`${stand.baseUrl}/_sandbox/api${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const declined = await api('POST', `/envelopes/${id}/recipients/1/decline`, { reason: 'No' });
  expect(await declined.json()).toMatchObject({ status: 'declined', recipients: [{ declinedReason: 'No' }] });
  const refused = await api('PUT', '/switches', { sendAgain: 'maybe' });
  expect([refused.status, await refused.json()]).toEqual([
    400,
    {
      errorCode: 'INVALID_REQUEST_PARAMETER',
      message: 'The request contained at least one invalid parameter. Switch "sendAgain" can be refuses or is-ignored.',
    },
  ]);
  expect(await (await api('PUT', '/switches', { sendAgain: 'is-ignored' })).json()).toMatchObject({
    sendAgain: 'is-ignored',
  });
  const mails = (await (await api('GET', '/mails')).json()) as { kind: string }[];
  expect(mails.map((mail) => mail.kind)).toEqual(['invitation', 'declined']);
});

test('the request log keeps what came, without the bytes of documents', async () => {
  stand.simulator.control.clearRequests();
  const documentBase64 = Buffer.from(`%PDF-1.4\n${' '.repeat(9000)}`).toString('base64');
  await create({ documents: [{ documentId: '1', name: 'big.pdf', documentBase64 }] });
  const logged = stand.simulator.control.requests().find((request) => request.path.endsWith('/envelopes'));
  expect(logged?.status).toBe(201);
  expect(logged?.body).toMatchObject({ documents: [{ name: 'big.pdf', documentBase64: '<12012 characters>' }] });
});

test('a resource that is not played is said to be so', async () => {
  const response = await stand.call('GET', '/billing_plan');
  expect([response.status, await response.json()]).toMatchObject([404, { errorCode: 'RESOURCE_NOT_FOUND' }]);
});

test('envelopes, tokens and e-mails survive a restart, and time that passed meanwhile counts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docusign-simulator-'));
  const file = join(folder, 'docusign.sqlite');
  try {
    const before = await openStand({ storage: openSandboxStorage(file) });
    const response = await before.call('POST', '/envelopes', simpleDefinition({ status: 'sent' }));
    const { envelopeId } = (await response.json()) as { envelopeId: string };
    await before.close();
    const after = await openStand({ storage: openSandboxStorage(file) });
    expect(after.simulator.control.mails().map((mail) => mail.kind)).toEqual(['invitation']);
    after.clock.advance(121 * 86_400_000);
    await after.grant(after.assertion());
    expect(after.simulator.control.envelope(envelopeId).voidedReason).toBe('Envelope has expired.');
    await after.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
