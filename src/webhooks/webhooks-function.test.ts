import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { build } from '../../functions/webhooks.ts';
import { signV3 } from '../crm/hubspot/signature.ts';
import { silentLog } from '../platform/log.ts';
import { doors } from './doors.ts';
import { parsers } from './parsers.ts';

const NOW_MS = Date.parse('2026-11-23T10:00:00Z');

/** The function as AWS calls it; what it asks of AWS is answered here. */
function setup() {
  const asked: { target: string; body: Record<string, unknown> }[] = [];
  const handler = build({
    clock: { nowMs: () => NOW_MS },
    log: silentLog,
    variables: {
      PUBLIC_URL: 'https://hooks.example.com',
      QUEUE_URL_INBOX: 'https://sqs.us-east-1.amazonaws.com/000000000000/inbox',
      QUEUE_URL_INBOX_HINTS: 'https://sqs.us-east-1.amazonaws.com/000000000000/inbox-hints',
      CONNECTIONS: '[{"id":"hubspot-main","provider":"hubspot","secret":"stagepost/hubspot-main"}]',
    },
    awsRequestHandler: () => ({
      async handle(request) {
        const body = JSON.parse(Buffer.from(request.body).toString());
        const target = String(request.headers['x-amz-target']).split('.')[1] ?? '';
        asked.push({ target, body });
        const answer =
          target === 'GetSecretValue'
            ? { SecretString: '{"signingKeys":["app-secret"]}' }
            : { MessageId: '1', MD5OfMessageBody: createHash('md5').update(String(body.MessageBody)).digest('hex') };
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode: 200, headers, body: Readable.from([JSON.stringify(answer)]) } };
      },
    }),
  });
  return { handler, asked };
}

function event(connection: string, body: string, clientSecret: string) {
  const url = `https://hooks.example.com/webhooks/hubspot/${connection}`;
  return {
    version: '2.0',
    routeKey: 'POST /webhooks/{provider}/{connectionId}',
    rawPath: `/webhooks/hubspot/${connection}`,
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      'x-hubspot-signature-v3': signV3({ method: 'POST', url, body, timestampMs: NOW_MS, clientSecret }),
      'x-hubspot-request-timestamp': String(NOW_MS),
    },
    requestContext: { domainName: 'abc.execute-api.us-east-1.amazonaws.com', http: { method: 'POST' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}

describe('the webhooks function', () => {
  it('puts a signed webhook into the inbox and says yes', async () => {
    const { handler, asked } = setup();
    const body = '[{"eventId":1,"note":"Zoë"}]';
    expect(await handler(event('hubspot-main', body, 'app-secret'))).toMatchObject({ statusCode: 200, body: '' });
    expect(asked.map((each) => each.target)).toEqual(['GetSecretValue', 'SendMessage']);
    expect(asked[0]?.body).toMatchObject({ SecretId: 'stagepost/hubspot-main' });
    const message = JSON.parse(String(asked[1]?.body['MessageBody']));
    expect(message).toMatchObject({ kind: 'delivery', provider: 'hubspot', connectionId: 'hubspot-main' });
    expect(Buffer.from(message.bodyBase64, 'base64').toString()).toBe(body);
    expect(message.deliveryId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it.each([
    ['a wrong signature', event('hubspot-main', '[]', 'guessed')],
    ['an unknown connection', event('hubspot-other', '[]', 'app-secret')],
  ])('says one and the same no to %s', async (_, call) => {
    const { handler } = setup();
    expect(await handler(call)).toEqual({
      statusCode: 401,
      body: 'Unauthorized\n',
      headers: { 'content-type': 'text/plain; charset=UTF-8' },
      cookies: undefined,
      isBase64Encoded: false,
    });
  });

  it('says what its environment lacks', () => {
    expect(() => build({ clock: { nowMs: () => 0 }, variables: {} })).toThrow(
      'the environment variable PUBLIC_URL is not set',
    );
  });
});

describe('the registries', () => {
  it('have a door and a parser for each provider', () => {
    expect(doors.map((door) => door.provider)).toEqual(['hubspot', 'salesforce', 'docusign']);
    expect(parsers.map((parser) => parser.provider)).toEqual(['hubspot', 'salesforce', 'docusign']);
  });
});
