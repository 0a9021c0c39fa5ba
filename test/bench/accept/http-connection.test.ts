import { describe, expect, it } from 'vitest';
import { answerLength } from './http-connection.ts';

describe('the length of an answer', () => {
  it.each([
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP', { status: 200, length: 40 }],
    ['without a body', 'HTTP/1.1 204 No Content\r\n\r\n', { status: 204, length: 27 }],
    [
      'in chunks',
      'HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
      { status: 401, length: 69 },
    ],
  ])('is known %s', (_, text, expected) => {
    expect(answerLength(text)).toEqual(expected);
  });

  it.each([
    ['its headers', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n'],
    ['its body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok'],
    ['its last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n'],
  ])('waits for %s', (_, text) => {
    expect(answerLength(text)).toBeUndefined();
  });
});
