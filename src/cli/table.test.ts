import { describe, expect, it } from 'vitest';
import { columns, wrap } from './table.ts';

describe('columns', () => {
  it('are as wide as their widest cell', () => {
    expect(
      columns(
        ['A', 'LONG', 'C'],
        [
          ['1', '2', '3'],
          ['wide cell', '', 'x'],
        ],
      ),
    ).toBe('A          LONG  C\n1          2     3\nwide cell        x\n');
  });

  it('hold no control characters', () => {
    expect(columns(['A'], [['x\u001b]0;title\u0007y\nz']])).toBe('A\nx ]0;title y z\n');
  });
});

describe('wrap', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 100, ['one two three']],
    ['averylongword b', 5, ['averylongword', 'b']],
    ['', 5, ['']],
  ])('breaks "%s" at %i', (text, width, expected) => {
    expect(wrap(text, width)).toEqual(expected);
  });
});
