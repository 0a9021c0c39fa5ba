import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { repositoryOf } from './imports.ts';
import { loadRepository } from './load-repository.ts';
import * as layers from './rules/layer-rules.ts';
import * as providers from './rules/provider-rules.ts';
import * as writing from './rules/writing-rules.ts';

const repository = loadRepository();
const rules = [...Object.values(layers), ...Object.values(providers), ...Object.values(writing)].map(
  (rule) => [rule.name, rule] as const,
);

describe('in this repository', () => {
  it('there is something to look at', () => {
    expect(repository.size).toBeGreaterThan(50);
    expect(rules.length).toBe(20);
  });

  it.each(rules)('%s', (_, rule) => {
    expect(rule.check(repository)).toEqual([]);
  });

  it('every import of our own names a file that exists', () => {
    const missing = [...repository.values()].flatMap(({ path, imports }) =>
      imports
        .filter(({ isFile, target }) => isFile && /\.(?:ts|mjs)$/.test(target) && !repository.has(target))
        .map(({ specifier }) => `${path} imports ${specifier}, which does not exist`),
    );
    expect(missing).toEqual([]);
  });

  it('the functions are those of the topology', () => {
    const files = [...repository.keys()].filter((path) => path.startsWith('functions/') && !path.endsWith('.test.ts'));
    expect(files.sort()).toEqual([...new Set(createTopology().functions.map(({ entry }) => entry))].sort());
  });
});

describe('where it is not so, this is noticed:', () => {
  it.each(rules)('%s', (_, rule) => {
    expect(rule.check(repositoryOf(rule.example.sources))).toEqual(rule.example.says);
  });
});
