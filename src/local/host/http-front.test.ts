import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { HubError } from '../../domain/errors.ts';
import { silentLog } from '../../platform/log.ts';
import { createTopology } from '../../topology.ts';
import { type HttpFront, type HttpFrontOptions, startHttpFront } from './http-front.ts';

const clock = { nowMs: () => 1_800_000_000_000 };
const fronts: HttpFront[] = [];
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.stop()));
});

async function start(invoke: HttpFrontOptions['invoke'], more: Partial<HttpFrontOptions> = {}): Promise<HttpFront> {
  const front = await startHttpFront({
    topology: createTopology(['hubspot']),
    invoke,
    clock,
    log: silentLog,
    port: 0,
    ...more,
  });
  fronts.push(front);
  return front;
}

/** What a raw socket gets back, so that the request is not normalised on its way. */
function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the HTTP API in front of the functions', () => {
  it('turns a request into the event of an HTTP API, byte for byte', async () => {
    const events: [string, APIGatewayProxyEventV2][] = [];
    const front = await start(async (name, event) => {
      events.push([name, event as APIGatewayProxyEventV2]);
      return { statusCode: 200 };
    });
    const body = '\x00{"a":1}';
    await rawRequest(
      front.port,
      `POST /webhooks/hubspot/hs%2Dmain?a=1&a=2&b=%20x HTTP/1.1\r\nHost: hub.example.com\r\nX-Signature: s1\r\n` +
        `X-Signature: s2\r\nCookie: one=1; two=2\r\nUser-Agent: test\r\nContent-Length: ${body.length}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
    expect(events).toEqual([
      [
        'webhooks',
        {
          version: '2.0',
          routeKey: 'POST /webhooks/{provider}/{connectionId}',
          rawPath: '/webhooks/hubspot/hs%2Dmain',
          rawQueryString: 'a=1&a=2&b=%20x',
          cookies: ['one=1', 'two=2'],
          headers: {
            host: 'hub.example.com',
            'x-signature': 's1, s2',
            'user-agent': 'test',
            'content-length': '8',
            connection: 'close',
          },
          queryStringParameters: { a: '1,2', b: ' x' },
          pathParameters: { provider: 'hubspot', connectionId: 'hs%2Dmain' },
          requestContext: {
            accountId: '000000000000',
            apiId: 'embedded',
            domainName: 'hub.example.com',
            domainPrefix: 'hub',
            http: {
              method: 'POST',
              path: '/webhooks/hubspot/hs%2Dmain',
              protocol: 'HTTP/1.1',
              sourceIp: '127.0.0.1',
              userAgent: 'test',
            },
            requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            routeKey: 'POST /webhooks/{provider}/{connectionId}',
            stage: '$default',
            time: '2027-01-15T08:00:00.000Z',
            timeEpoch: 1_800_000_000_000,
          },
          body: 'AHsiYSI6MX0=',
          isBase64Encoded: true,
        },
      ],
    ]);
  });

  it('gives back status, headers, cookies and a binary body', async () => {
    const front = await start(async () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'application/octet-stream', 'X-One': 1 },
      cookies: ['a=1; Secure', 'b=2'],
      body: 'AP8=',
      isBase64Encoded: true,
    }));
    const response = await fetch(`${front.url}/webhooks/hubspot/hs`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('x-one')).toBe('1');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  it('takes an answer without a status for JSON', async () => {
    const front = await start(async () => ({ hello: 'there' }));
    const response = await fetch(`${front.url}/webhooks/hubspot/hs`, { method: 'POST' });
    expect([response.status, await response.json()]).toEqual([200, { hello: 'there' }]);
  });

  it.each([
    ['POST', '/webhooks/hubspot', 404],
    ['POST', '/webhooks/hubspot/', 404],
    ['POST', '/webhooks/hubspot/hs/more', 404],
    ['GET', '/webhooks/hubspot/hs', 404],
    ['POST', '/', 404],
    ['POST', '/webhooks/hubspot/hs', 200],
  ])('answers %s %s with %i', async (method, path, status) => {
    const front = await start(async () => ({ statusCode: 200 }));
    expect((await fetch(front.url + path, { method })).status).toBe(status);
  });

  it('answers 413 for more than 10 MB without calling the function', async () => {
    let calls = 0;
    const front = await start(async () => {
      calls += 1;
      return { statusCode: 200 };
    });
    const announced = await rawRequest(
      front.port,
      'POST /webhooks/hubspot/hs HTTP/1.1\r\nHost: h\r\nContent-Length: 10485761\r\n\r\n',
    );
    expect(announced.split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
    expect(announced).toContain('{"message":"Request Too Long"}');
    expect(calls).toBe(0);
  });

  it('takes 10 MB', async () => {
    const front = await start(async (_name, event) => ({
      statusCode: 200,
      body: String((event as APIGatewayProxyEventV2).body?.length),
    }));
    const response = await fetch(`${front.url}/webhooks/hubspot/hs`, {
      method: 'POST',
      body: new Uint8Array(10_485_760),
    });
    expect(await response.text()).toBe('13981016');
  });

  it.each([
    [new Error('boom'), 500, 'Internal Server Error'],
    [new HubError('local.function-timed-out', 'late', { retry: 'never' }), 503, 'Service Unavailable'],
  ])('answers a failing function like the gateway, without its message: %s', async (error, status, message) => {
    const front = await start(async () => {
      throw error;
    });
    const response = await fetch(`${front.url}/webhooks/hubspot/hs`, { method: 'POST' });
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  it('leaves what is not a function to whoever else is there', async () => {
    const front = await start(async () => ({ statusCode: 200 }), {
      other: (request, response) => {
        if (request.url !== '/console') return false;
        response.end('pages');
        return true;
      },
    });
    expect(await (await fetch(`${front.url}/console`)).text()).toBe('pages');
    expect((await fetch(`${front.url}/elsewhere`)).status).toBe(404);
  });

  it('says that the port is taken', async () => {
    const { port } = await start(async () => ({}));
    await expect(start(async () => ({}), { port })).rejects.toMatchObject({
      code: 'local.port-taken',
      message: `Port ${port} on 127.0.0.1 is taken by another program; stop it or choose another port.`,
    });
  });
});
