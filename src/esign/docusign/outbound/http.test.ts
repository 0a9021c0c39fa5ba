import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSend, type HttpRequest } from './http.ts';

let server: Server;
let url: string;
let arrived: string[];
beforeEach(async () => {
  arrived = [];
  server = createServer((request, response) => {
    arrived.push(request.url ?? '');
    if (request.url === '/slow-body') response.write('%PDF');
    if (request.url === '/elsewhere') response.writeHead(307, { location: '/target' }).end();
    if (request.url === '/target') response.end('secret');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function request(path: string, method: string): HttpRequest {
  return { url: `${url}${path}`, method, headers: {}, body: undefined, writes: method !== 'GET' };
}

const noLimit = () => new AbortController().signal;

test.each([
  ['/never', 'GET', 'no'],
  ['/never', 'PUT', 'unknown'],
  ['/slow-body', 'GET', 'no'],
  ['/slow-body', 'POST', 'unknown'],
])('gives up on %s after the limit of one request; done after a %s: %s', async (path, method, done) => {
  const send = createSend(fetch, 60);
  await expect(send(request(path, method), noLimit())).rejects.toMatchObject({ code: 'esign.unavailable', done });
  expect(arrived).toEqual([path]);
});

test('gives up when the limit of the whole call is over', async () => {
  const send = createSend(fetch);
  await expect(send(request('/never', 'PUT'), AbortSignal.timeout(60))).rejects.toMatchObject({
    code: 'esign.unavailable',
    message: 'DocuSign did not answer in time; it is tried again by itself',
    done: 'unknown',
  });
});

test('a write whose time was over before it began was surely not done', async () => {
  const send = createSend(fetch);
  await expect(send(request('/never', 'PUT'), AbortSignal.abort())).rejects.toMatchObject({
    code: 'esign.unavailable',
    done: 'no',
  });
  expect(arrived).toEqual([]);
});

test('does not go where a redirect points', async () => {
  const answer = await createSend(fetch)(request('/elsewhere', 'GET'), noLimit());
  expect(answer.status).toBe(307);
  expect(arrived).toEqual(['/elsewhere']);
});
