import { describe, expect, it } from 'vitest';
import { signedUrl } from './caller-address.ts';

describe('signedUrl', () => {
  it.each([
    ['http://10.0.0.1/webhooks/a/b', undefined, 'https://hub.example.com/webhooks/a/b'],
    ['http://10.0.0.1/webhooks/a/b?x=%3A', undefined, 'https://hub.example.com/webhooks/a/b?x=%3A'],
    ['http://10.0.0.1', undefined, 'https://hub.example.com/'],
    ['http://10.0.0.1/n', { event: { rawPath: '/a/../b', rawQueryString: '' } }, 'https://hub.example.com/a/../b'],
    ['http://10.0.0.1/n', { event: { rawPath: '/a', rawQueryString: "x='1'" } }, "https://hub.example.com/a?x='1'"],
    ['http://10.0.0.1/n', { event: { rawPath: 7 } }, 'https://hub.example.com/n'],
  ])('of %s with %j is %s', (url, address, expected) => {
    expect(signedUrl('https://hub.example.com', url, address)).toBe(expected);
    expect(signedUrl('https://hub.example.com/', url, address)).toBe(expected);
  });
});
