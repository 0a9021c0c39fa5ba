import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { codeBlocks } from '../../test/docs/markdown.ts';
import { formatProblems } from '../config/format-problems.ts';
import { loadConfigFile } from '../config/load-config.ts';
import { hubspotSettings } from '../crm/hubspot/settings.ts';
import { salesforceSettings } from '../crm/salesforce/settings.ts';
import { providerSetups } from '../crm/setups.ts';
import { readArguments } from './arguments.ts';
import { secretVariableOf } from './setup-secret.ts';

const root = new URL('../..', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'stagepost-pages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Shown {
  readonly connections: Record<string, unknown>;
  readonly pipelines?: readonly unknown[];
}

function yamlOf(text: string): readonly Shown[] {
  return codeBlocks(text).flatMap(({ language, code }) => (language === 'yaml' ? [parse(code)] : []));
}

/** What a reader has who went through every page to the end of its steps: a block alone may speak of another connection. */
const steps = providerSetups.flatMap(({ page }) => yamlOf(readFileSync(new URL(page, root), 'utf8')).slice(0, 1));
const everything = {
  connections: Object.assign({}, ...steps.map(({ connections }) => connections)),
  pipelines: steps.flatMap(({ pipelines }) => pipelines ?? []),
};

describe.each(providerSetups.map((setup) => [setup.page, setup] as const))('%s', (page, setup) => {
  const text = readFileSync(new URL(page, root), 'utf8');

  it('shows only commands that the command line takes', () => {
    const shown = [...text.matchAll(/(?:^|`)npx stagepost ([^`\n]+)/gm)].map(([, line]) => line ?? '');
    expect(shown.length).toBeGreaterThan(4);
    for (const line of shown) expect(readArguments(line.split(' ')).operands.length).toBeLessThan(2);
  });

  it('shows configuration that the loader takes, beside what the pages before it show', async () => {
    const blocks = yamlOf(text);
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      const file = join(folder, 'shown.yaml');
      writeFileSync(
        file,
        stringify({
          version: 1,
          publicUrl: 'https://hooks.acme.example',
          company: { name: 'Acme', timeZone: 'UTC' },
          connections: { ...everything.connections, ...block.connections },
          pipelines: everything.pipelines,
        }),
      );
      const result = await loadConfigFile(file, {
        readBytes: async (path) => readFileSync(path),
        providers: [hubspotSettings, salesforceSettings],
      });
      expect(result.ok ? '' : formatProblems(result.problems)).toBe('');
    }
  });

  it('shows a secret under the name that is read, and of the form that is taken', () => {
    const line = codeBlocks(text).find(({ code }) => code.startsWith('STAGEPOST_SECRET'))?.code ?? '';
    const settings = [hubspotSettings, salesforceSettings].find(({ provider }) => provider === setup.provider);
    const secret = JSON.parse(parseEnv(line)[secretVariableOf(`${setup.provider}-main`)] ?? 'null');
    expect(settings?.secret.safeParse(secret).success).toBe(true);
  });
});
