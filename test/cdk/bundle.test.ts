import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleFunction, packageOf } from '../../cdk/bundle.ts';
import { BUNDLE_BUDGETS } from '../../cdk/bundle-budgets.ts';
import { kilobytes, loadBundle, overBudget } from '../../cdk/check-bundle.ts';
import { createTopology } from '../../src/topology.ts';

const root = mkdtempSync(join(tmpdir(), 'stagepost-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function bundled(name: string, source: string): Promise<Bundle> {
  writeFileSync(join(root, `${name}.ts`), source);
  return bundleFunction({ name, entry: `${name}.ts` }, { root, outdir: join(root, 'dist') });
}

const bundle = (bytes: number, packages: readonly string[]): Bundle => ({
  name: 'webhooks',
  folder: '',
  bytes,
  packages,
});

describe('a bundle', () => {
  it('is a module with a handler that loads in a fresh process, CommonJS parts included', async () => {
    const made = await bundled(
      'good',
      "const { join } = require('node:path');\nexport const handler = async (): Promise<string> => join(__dirname, 'x');\n",
    );
    expect(await loadBundle(made)).toBeGreaterThan(0);
    expect(made.packages).toEqual([]);
    expect(JSON.parse(readFileSync(join(made.folder, 'meta.json'), 'utf8')).inputs).toHaveProperty(['good.ts']);
  });

  it('is refused with a sentence when its source is missing', async () => {
    await expect(bundleFunction({ name: 'gone', entry: 'functions/gone.ts' }, { root, outdir: root })).rejects.toThrow(
      'The function "gone" has no source: functions/gone.ts does not exist. Create it or change its entry in src/topology.ts.',
    );
  });

  it('is refused when it exports no handler', async () => {
    const made = await bundled('silent', 'export const build = 1;\n');
    await expect(loadBundle(made)).rejects.toThrow(
      'The bundle of "silent" exports no handler; its entry has to export const handler.',
    );
  });

  it('is refused when it does not load, with the reason and without a stack trace', async () => {
    const made = await bundled('broken', "throw new TypeError('no such part');\nexport const handler = 1;\n");
    await expect(loadBundle(made)).rejects.toThrow(/^The bundle of "broken" does not load: TypeError: no such part$/);
  });
});

describe('a budget', () => {
  it('is kept by a small bundle of allowed packages', () => {
    expect(overBudget(bundle(499_999, ['hono', '@aws-sdk/client-sqs']), BUNDLE_BUDGETS.webhooks)).toEqual([]);
  });

  it('is broken by one byte too many', () => {
    expect(overBudget(bundle(500_001, []), BUNDLE_BUDGETS.webhooks)).toEqual([
      'webhooks weighs 500.0 KB, its budget is 500.0 KB. See dist/webhooks/meta.json for what went in.',
    ]);
  });

  it.each([
    '@hubspot/api-client',
    'jsforce',
    'docusign-esign',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/client-s3',
    '@aws-sdk/client-eventbridge',
    'zod',
  ])('of the webhooks function is broken by %s', (name) => {
    expect(overBudget(bundle(1, ['hono', name]), BUNDLE_BUDGETS.webhooks)).toEqual([
      `webhooks contains ${name}, which has no place in it. Find the import that brings it in.`,
    ]);
  });

  it('is asked for when a function has none', () => {
    expect(overBudget(bundle(1, []), undefined)).toEqual([
      'webhooks has no budget; give it one in cdk/bundle-budgets.ts.',
    ]);
  });

  it('exists for every function of the topology', () => {
    expect(Object.keys(BUNDLE_BUDGETS).sort()).toEqual(
      createTopology()
        .functions.map((fn) => fn.name)
        .sort(),
    );
  });
});

describe('packageOf', () => {
  it.each([
    ['node_modules/hono/dist/hono.js', 'hono'],
    ['node_modules/@aws-sdk/client-sqs/dist-es/index.js', '@aws-sdk/client-sqs'],
    ['node_modules/a/node_modules/@b/c/index.js', '@b/c'],
    ['src/topology.ts', undefined],
  ])('of %s is %s', (path, expected) => {
    expect(packageOf(path)).toBe(expected);
  });
});

describe('kilobytes', () => {
  it('counts in thousands', () => {
    expect(kilobytes(83_049)).toBe('83.0 KB');
  });
});
