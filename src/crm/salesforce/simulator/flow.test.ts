import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Receiver, startReceiver } from './test-receiver.ts';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  salesforce = await startTestStand();
  salesforce.start();
});
afterEach(async () => {
  await salesforce.close();
  await receiver.close();
});

test('a new stage is posted as JSON with the key of the external credential', async () => {
  const { id } = salesforce.control.createOpportunity({ name: 'Fleet' });
  salesforce.control.flow.configure({ url: receiver.url, apiKey: 'the-key' });
  salesforce.advance(1500);
  salesforce.control.moveOpportunity(id, 'Procurement');
  salesforce.control.updateOpportunity(id, { NextStep: 'call' });
  await expect.poll(() => salesforce.control.flow.sent().length).toBe(1);
  const [request] = receiver.received;
  expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'x-api-key': 'the-key' });
  expect(request?.headers).not.toHaveProperty('x-stagepost-signature');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    orgId: '00DHr0000003pQxMAI',
    opportunityId: id,
    stageName: 'Procurement',
    eventTime: '2026-03-02T09:00:01.000Z',
  });
});

test('Apex may sign the body', async () => {
  salesforce.control.flow.configure({ url: receiver.url, apiKey: 'the-key', hmacKey: 'hmac-key' });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  await expect.poll(() => receiver.received.length).toBe(1);
  // printf '<body>' | openssl dgst -sha256 -hmac hmac-key -binary | base64
  expect(receiver.received[0]?.body).toBe(
    '{"orgId":"00DHr0000003pQxMAI","opportunityId":"006Hr0000jjyU2YIAU","stageName":"Prospecting","eventTime":"2026-03-02T09:00:00.000Z"}',
  );
  expect(receiver.received[0]?.headers['x-stagepost-signature']).toBe('nwnFQL1pY+ejKKC9olIeROJnMtdK2RWb1cjsuuhqeqc=');
});

test('a callout that fails is not repeated', async () => {
  receiver.answer({ status: 500, body: '' });
  salesforce.control.flow.configure({ url: receiver.url, apiKey: 'the-key' });
  salesforce.control.createOpportunity({ name: 'Fleet' });
  await expect.poll(() => salesforce.control.flow.sent()).toMatchObject([{ status: 500 }]);
  salesforce.control.flow.configure(undefined);
  salesforce.control.createOpportunity({ name: 'Desk' });
  expect(receiver.received).toHaveLength(1);
});
