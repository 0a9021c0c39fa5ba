import { describe, expect, it } from 'vitest';
import { createRoute } from './http-route.ts';

describe('a route', () => {
  it('names the parts of the path', () => {
    expect(createRoute('/a/{x}/b/{y}')('/a/1/b/2')).toEqual({ x: '1', y: '2' });
    expect(createRoute('/a')('/a')).toEqual({});
  });

  it.each([
    ['another word', '/b/1'],
    ['a part too many', '/a/1/2'],
    ['an empty part', '/a/'],
  ])('does not match %s', (_, path) => {
    expect(createRoute('/a/{x}')(path)).toBeUndefined();
  });
});
