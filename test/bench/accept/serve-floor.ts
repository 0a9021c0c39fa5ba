/**
 * The least that could be done: a bare Hono app on node:http that verifies one HMAC over the raw body and sends the body
 * to the same queue through the same SDK client. It has no time limits, no log, no ids, no several keys or providers.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { startCloud } from '../../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../../src/local/cloud/switches.ts';
import { createSqsClient } from '../../../src/platform/aws/sqs-client.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createTopology, INBOX_QUEUE } from '../../../src/topology.ts';
import { answerParent } from '../answer-parent.ts';
import type { ServerRequest } from './messages.ts';
import { answerServerRequest, SIGNING_KEY, stateFolder, WEBHOOK_PATH } from './server.ts';

const cloud = await startCloud({
  folder: stateFolder(),
  topology: createTopology(),
  clock: systemClock,
  random: Math.random,
  switches: calmSwitches(),
});
const client = createSqsClient({ variables: {}, clock: systemClock, awsRequestHandler: cloud.requestHandler });
const queueUrl = cloud.queue(INBOX_QUEUE).url;

const app = new Hono();
let base = '';
app.post(WEBHOOK_PATH, async (c) => {
  const body = Buffer.from(await c.req.arrayBuffer());
  const expected = createHmac('sha256', SIGNING_KEY)
    .update(`POST${base}${WEBHOOK_PATH}`)
    .update(body)
    .update(c.req.header('x-hubspot-request-timestamp') ?? '')
    .digest();
  const given = Buffer.from(c.req.header('x-hubspot-signature-v3') ?? '', 'base64');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return c.text('Unauthorized\n', 401);
  const message = JSON.stringify({ receivedAtMs: Date.now(), bodyBase64: body.toString('base64') });
  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: message }));
  return c.body(null, 200);
});

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  base = `http://127.0.0.1:${port}`;
  answerParent(
    { url: base, path: WEBHOOK_PATH, signingKey: SIGNING_KEY },
    (request: ServerRequest) => answerServerRequest(request, cloud),
    async () => {
      await new Promise((resolve) => server.close(resolve));
      await cloud.stop();
    },
  );
});
