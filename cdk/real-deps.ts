import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { systemClock } from '../src/platform/clock.ts';
import type { Assembly } from './assembly.ts';
import { createAwsCli, type RunAws } from './aws-cli.ts';
import { bundleCode } from './bundle-code.ts';
import { buildBundles, sizeTable } from './bundles.ts';
import type { DeployDeps } from './deploy-hub.ts';
import { createDeployedHub } from './deployed-hub.ts';
import type { Deployment } from './deployment.ts';
import { readDeployment } from './read-deployment.ts';
import { createStagepostApp } from './stagepost-app.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
const OUT = join(ROOT, 'cdk.out');
const LARGEST_ANSWER_BYTES = 20_000_000;

/** The caller's own account, file system and terminal. */
export function createRealDeps(): DeployDeps {
  return {
    variables: process.env,
    hasTerminal: process.stdin.isTTY === true,
    aws: createAwsCli(runAws),
    hub: createDeployedHub({ variables: process.env, clock: systemClock }, `npm run deploy, ${userInfo().username}`),
    readDeployment: () => readDeployment(process.env),
    async build() {
      const { bundles, problems } = await buildBundles();
      console.log(sizeTable(bundles));
      return problems;
    },
    synthesize: (deployment) => synthesize(deployment, bundleCode),
    cdk: runCdk,
    outputsFile: join(OUT, 'outputs.json'),
    readJson: async (file) => JSON.parse(await readFile(file, 'utf8')),
    say: (text) => console.log(text),
  };
}

/** For what only needs to know the stacks' names: nothing has to be built, and no configuration has to be right. */
export function synthesizeNames(prefix: string): Assembly {
  const deployment = { prefix, publicUrl: undefined, connections: [], partnerEventSources: [] };
  return synthesize(deployment, () => Code.fromInline('exports.handler = async () => undefined;'));
}

function synthesize(deployment: Deployment, codeOf: typeof bundleCode): Assembly {
  const { app, data, application } = createStagepostApp({ deployment, codeOf, outdir: OUT });
  app.synth();
  return {
    folder: OUT,
    dataStack: data.stackName,
    appStack: application.stackName,
    dataTemplate: JSON.parse(readFileSync(join(OUT, data.templateFile), 'utf8')),
    appTemplate: JSON.parse(readFileSync(join(OUT, application.templateFile), 'utf8')),
  };
}

const runAws: RunAws = (args) =>
  new Promise((resolve) => {
    execFile('aws', [...args], { maxBuffer: LARGEST_ANSWER_BYTES }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve(undefined);
      else resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });

/** The CDK of this repository, with the terminal of the caller: it may ask, and shows how far it is. */
function runCdk(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CDK, ...args], { cwd: ROOT, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
