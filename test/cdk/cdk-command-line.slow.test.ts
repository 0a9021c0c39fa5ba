import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { bootstrapArguments, deployArguments, destroyArguments, diffArguments } from '../../cdk/cdk-arguments.ts';
import { createStagepostApp } from '../../cdk/stagepost-app.ts';
import { ROOT } from '../architecture/load-repository.ts';
import { TEST_DEPLOYMENT } from './templates.ts';

const outdir = mkdtempSync(join(tmpdir(), 'stagepost-assembly-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

async function cdk(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'node_modules/aws-cdk/bin/cdk'), ...args],
    {
      cwd: ROOT,
    },
  );
  return stdout;
}

const place = { account: '111122223333', region: 'eu-central-1', folder: outdir };
const PATIENCE_MS = 60_000;

describe('the CDK command line of this repository', () => {
  it.each([
    [deployArguments({ ...place, outputsFile: 'o.json', yes: true })],
    [diffArguments(place)],
    [destroyArguments({ ...place, yes: true })],
    [bootstrapArguments(place)],
  ])(
    'knows every option of %j',
    async (args) => {
      const help = await cdk(args[0] ?? '', '--help');
      const unknown = args.filter((arg) => arg.startsWith('--') && !new RegExp(`\\s${arg}\\b`).test(help));
      expect(unknown).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'finds both stacks in the assembly under the names that it is told, without building or synthesizing again',
    async () => {
      const codeOf = () => Code.fromInline('exports.handler = async () => undefined;');
      createStagepostApp({ deployment: TEST_DEPLOYMENT, codeOf, outdir }).app.synth();
      const list = await cdk('list', '--app', outdir, '--build', '');
      expect(list.trim().split('\n').sort()).toEqual(['App (stagepost-test-app)', 'Data (stagepost-test-data)']);
    },
    PATIENCE_MS,
  );
});
