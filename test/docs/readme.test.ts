import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ALARM_KINDS } from '../../cdk/alarms.ts';
import { formatProblems } from '../../src/config/format-problems.ts';
import { loadConfigFile } from '../../src/config/load-config.ts';
import { secretVariable } from '../../src/local/real-secrets.ts';
import { SAMPLE_ADDRESSES } from '../../src/local/sandbox/accounts.ts';
import { ROOT } from '../architecture/load-repository.ts';
import { anchors, codeBlocks, headings, npmScripts, relativeLinks, stagepostCommands } from './markdown.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`),
];
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;

const folder = mkdtempSync(join(tmpdir(), 'stagepost-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names only scripts that exist', () => {
    expect(npmScripts(text).filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it('links only to files and headings that exist', () => {
    const broken = relativeLinks(text).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchors(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('the README', () => {
  it('tells of every script that people call', () => {
    const told = npmScripts(readme);
    expect(Object.keys(scripts).filter((script) => !told.includes(script) && script !== 'format:check')).toEqual([]);
  });

  it('names only commands that the command line knows', () => {
    const help = execFileSync(process.execPath, [join(ROOT, 'src/cli/stagepost.mjs'), 'help'], { encoding: 'utf8' });
    const commands = stagepostCommands(readme);
    expect(commands).toContain('deal');
    expect(commands.filter((command) => !new RegExp(`\\b${command}\\b`).test(help))).toEqual([]);
  });

  it('shows configuration that the loader takes, put into the sample', async () => {
    const sample = parse(read('stagepost.config.yaml'));
    const shown = codeBlocks(readme).filter(({ language }) => language === 'yaml');
    expect(shown).toHaveLength(1);
    for (const { code } of shown) {
      const { connections, ...rest } = parse(code);
      const file = join(folder, 'shown.yaml');
      writeFileSync(file, stringify({ ...sample, ...rest, connections: { ...sample.connections, ...connections } }));
      const result = await loadConfigFile(file);
      expect(result.ok ? '' : formatProblems(result.problems)).toBe('');
    }
  });

  it('shows secrets under the names that are read, as JSON', () => {
    const block = codeBlocks(readme).find(({ code }) => code.startsWith('STAGEPOST_SECRET'));
    const variables = parseEnv(block?.code ?? '');
    const keysOf = (connection: string): string[] => {
      return Object.keys(JSON.parse(variables[secretVariable(connection)] ?? '{}'));
    };
    expect(Object.keys(variables)).toHaveLength(2);
    expect(keysOf('hubspot-acme')).toEqual(['signingKeys', 'accessToken']);
    expect(keysOf('docusign-acme')).toEqual(['signingKeys', 'privateKey']);
  });

  it('gives the addresses on which things really are', () => {
    for (const address of Object.values(SAMPLE_ADDRESSES)) expect(readme).toContain(`<${address}`);
  });

  it('names only environment variables that some source reads', () => {
    const sources = ['src', 'cdk'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.(?:ts|mjs)$/.test(file) && !file.endsWith('.test.ts'))
        .map((file) => read(`${folder}/${file}`)),
    );
    const named = [...new Set(readme.match(/\bSTAGEPOST_(?!SECRET_)[A-Z_]+/g))];
    expect(named).toContain('STAGEPOST_CONFIG');
    expect(named.filter((name) => !sources.some((source) => source.includes(name)))).toEqual([]);
  });
});

describe('the runbook', () => {
  it('has one heading per kind of alarm and no other', () => {
    expect(headings(read('docs/runbook.md')).slice(1).sort()).toEqual([...ALARM_KINDS].sort());
  });
});
