import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { describe, expect, it } from 'vitest';
import type { CallerAddress } from './caller-address.ts';
import { createHttpApiHandler } from './http-api-handler.ts';

const app = new Hono<{ Bindings: CallerAddress }>();
const noMore = { maxSize: 8, onError: () => new Response('too large', { status: 413 }) };
app.post('/echo/:name', bodyLimit(noMore), async (c) => {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  return c.json({
    url: c.req.url,
    name: c.req.param('name'),
    headers: c.req.header(),
    one: c.req.header('X-One') ?? null,
    bytes: [...bytes],
    rawPath: c.env.event?.rawPath,
  });
});
app.post('/empty', () => new Response(null, { status: 202, headers: { 'x-two': '2' } }));
const handler = createHttpApiHandler(app);

function event(path: string, more: Record<string, unknown> = {}) {
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: {},
    requestContext: { domainName: 'api.example.com', http: { method: 'POST' } },
    isBase64Encoded: false,
    ...more,
  };
}

async function echo(call: unknown): Promise<Record<string, unknown>> {
  return JSON.parse(String(((await handler(call)) as { body: string }).body)) as Record<string, unknown>;
}

describe('the handler of HTTP API events', () => {
  it('hands the app path, query, headers, cookies and the exact bytes', async () => {
    const call = event('/echo/a%20b', {
      rawQueryString: 'x=1&y=%2F',
      headers: { 'X-One': '1', 'x-empty': '', 'content-length': '999', 'transfer-encoding': 'chunked' },
      cookies: ['a=1', 'b=2'],
      body: 'AP8K',
      isBase64Encoded: true,
    });
    expect(await echo(call)).toEqual({
      url: 'https://api.example.com/echo/a%20b?x=1&y=%2F',
      name: 'a b',
      headers: { 'x-one': '1', 'content-length': '3', cookie: 'a=1; b=2' },
      one: '1',
      bytes: [0, 255, 10],
      rawPath: '/echo/a%20b',
    });
  });

  it('takes a body that is text as UTF-8, and none as empty', async () => {
    expect((await echo(event('/echo/x', { body: 'é' })))['bytes']).toEqual([195, 169]);
    expect(await echo(event('/echo/x'))).toMatchObject({ bytes: [], headers: {} });
  });

  it.each([
    ['a length that is true', {}],
    ['a length that is a lie', { 'content-length': '1' }],
    ['chunks', { 'transfer-encoding': 'chunked' }],
  ])('lets the app limit a body that came with %s', async (_, headers) => {
    const answer = await handler(event('/echo/x', { headers, body: '123456789' }));
    expect(answer).toMatchObject({ statusCode: 413, body: 'too large' });
  });

  it('takes an event without headers as one with none', async () => {
    expect(await echo(event('/echo/x', { headers: undefined }))).toMatchObject({ headers: {}, bytes: [] });
  });

  it('gives back status, headers and body', async () => {
    expect(await handler(event('/empty'))).toEqual({
      statusCode: 202,
      headers: { 'x-two': '2' },
      body: '',
      isBase64Encoded: false,
    });
    expect(await handler(event('/nowhere'))).toMatchObject({ statusCode: 404, body: '404 Not Found' });
  });
});
