import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Plain JavaScript has no types of its own. */
interface FindNode {
  isNewEnough(version: string): boolean;
  findNode(
    root: string,
    running: { readonly version: string; readonly execPath: string },
    versionOf?: (path: string) => string | undefined,
  ): string | undefined;
  remedy(version: string): string;
}

const { findNode, isNewEnough, remedy }: FindNode = await import(new URL('find-node.mjs', import.meta.url).href);

const HERE = dirname(fileURLToPath(import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagepost-preflight-'));
  await writeFile(
    join(folder, 'echo.ts'),
    `const said: string = JSON.stringify({ args: process.argv.slice(2), options: process.execArgv, main: import.meta.main, all: process.env.STAGEPOST_TEST_ALL });
console.log(said);
await import('node:sqlite');
process.stdin.on('data', (chunk: Buffer) => console.log(String(chunk)));
process.stdin.on('end', () => process.exit(7));
`,
  );
  await writeFile(join(folder, 'wait.ts'), `console.log('ready');\nsetInterval(() => {}, 1000);\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a script of this folder with the Node that runs the tests. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  const [script = '', ...rest] = args;
  return spawn(process.execPath, [join(HERE, script), ...rest], { env: { ...process.env, ...env } });
}

async function run(args: readonly string[], input = '', env: Record<string, string> = {}) {
  const child = start(args, env);
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  child.stdin.end(input);
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, errors };
}

describe('preflight', () => {
  it('runs a TypeScript script with its arguments, its input and its exit code, and without warnings', async () => {
    const { code, out, errors } = await run(['preflight.mjs', join(folder, 'echo.ts'), 'a', '--b=c d'], 'hello');
    const [first = '', second] = out.split('\n');
    expect(JSON.parse(first)).toEqual({
      args: ['a', '--b=c d'],
      options: ['--disable-warning=ExperimentalWarning'],
      main: true,
    });
    expect([second, code, errors]).toEqual(['hello', 7, '']);
  });

  it('takes a script by its name in the project', async () => {
    const { code, out } = await run(['preflight.mjs', 'src/cli/stagepost.mjs', 'help']);
    expect([code, out.split(':')[0]]).toEqual([0, 'Stagepost']);
  });

  it('ends with what it runs when it is told to stop', async () => {
    const child = start(['preflight.mjs', join(folder, 'wait.ts')]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    const [code, signal] = await new Promise<unknown[]>((resolve) => child.on('close', (...how) => resolve(how)));
    // Replaced by the script the process dies of the signal; as its parent it exits with 128 + 15.
    expect([code, signal]).toEqual(signal === null ? [143, null] : [null, 'SIGTERM']);
  });

  it('runs a tool of the project', async () => {
    const { code, out } = await run(['preflight.mjs', '--run', 'vitest', '--version']);
    expect([code, out.slice(0, 9)]).toEqual([0, 'vitest/5.']);
  });

  it.each([
    [[], 'Say what to run: node src/cli/preflight.mjs <script.ts> [arguments]\n'],
    [['none.ts'], 'There is no script none.ts.\n'],
    [['--run', 'nosuchtool'], '"nosuchtool" is not installed. Run "npm ci" first.\n'],
    [['--run', '../src'], '"../src" is not installed. Run "npm ci" first.\n'],
  ])('says what is wrong with %j', async (args, expected) => {
    const { code, out, errors } = await run(['preflight.mjs', ...args]);
    expect([code, out, errors]).toEqual([1, '', expected]);
  });
});

describe('the command stagepost', () => {
  it('runs, and fails with words and without a stack', async () => {
    const { code, out, errors } = await run(['stagepost.mjs', 'deals'], '', { STAGEPOST_URL: 'http://127.0.0.1:1' });
    expect([code, out]).toEqual([1, '']);
    expect(errors.split('\n')[0]).toBe('No hub is running at http://127.0.0.1:1.');
    expect(errors).not.toMatch(/ at .*:\d+:\d+|Warning/);
  });
});

describe('findNode', () => {
  it.each([
    ['v24.21.0', true],
    ['v22.18.0', true],
    ['v23.0.0', true],
    ['v22.17.9', false],
    ['v20.20.2', false],
    ['v18.0.0', false],
    ['22.18.0', true],
    ['', false],
  ])('%s is new enough: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });

  it('takes the running Node if it can', () => {
    const running = { version: 'v22.18.0', execPath: '/usr/bin/node' };
    expect(findNode('/project', running, () => 'v24.21.0')).toBe('/usr/bin/node');
  });

  it('takes the one that came with the packages otherwise', () => {
    const running = { version: 'v20.20.2', execPath: '/usr/bin/node' };
    const asked: string[] = [];
    const versionOf = (path: string) => {
      asked.push(path);
      return path.endsWith('.exe') ? 'v24.21.0' : undefined;
    };
    expect(findNode('/project', running, versionOf)).toBe('/project/node_modules/node/bin/node.exe');
    expect(asked).toEqual(['/project/node_modules/node/bin/node', '/project/node_modules/node/bin/node.exe']);
  });

  it('finds none when that one is missing or as old', () => {
    const running = { version: 'v20.20.2', execPath: '/usr/bin/node' };
    expect(findNode('/project', running, () => undefined)).toBeUndefined();
    expect(findNode('/project', running, () => 'v20.1.0')).toBeUndefined();
    expect(findNode('/project/that/does/not/exist', running)).toBeUndefined();
  });

  it('says what to do then', () => {
    expect(remedy('v20.20.2')).toBe(`Stagepost needs Node.js 22.18 or later; this is 20.20.2.
Run "npm ci" again: it brings a suitable Node.js along. If that download is blocked, install Node.js 24 from https://nodejs.org
`);
  });
});
