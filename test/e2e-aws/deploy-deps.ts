import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Assembly } from '../../cdk/assembly.ts';
import { bundleFunction } from '../../cdk/bundle.ts';
import { BUNDLE_BUDGETS } from '../../cdk/bundle-budgets.ts';
import { overBudget } from '../../cdk/check-bundle.ts';
import type { DeployDeps } from '../../cdk/deploy-hub.ts';
import type { Deployment } from '../../cdk/deployment.ts';
import { readDeployment } from '../../cdk/read-deployment.ts';
import { createRealDeps } from '../../cdk/real-deps.ts';
import { createStagepostApp } from '../../cdk/stagepost-app.ts';
import { createTopology, type FunctionSpec } from '../../src/topology.ts';
import { makeDeployable } from './make-deployable.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CDK = join(ROOT, 'node_modules/aws-cdk/bin/cdk');

export interface EmulatedDeps extends DeployDeps {
  synthesizeNames(prefix: string): Assembly;
  /** The cloud assembly that was deployed. */
  readonly folder: string;
  /** What the CDK printed is in this file. */
  readonly cdkLog: string;
  /** Sentences about what was deployed differently than it would be at AWS. */
  readonly differences: readonly string[];
}

/**
 * What `npm run deploy` and `npm run destroy` work with, in an environment that leads to the emulator. Files go into the
 * folder of this run; and of two things it takes the edge off:
 *
 * - A connection to an address of this machine is refused before a real deployment, because nothing at AWS reaches it.
 *   Here the functions run on this machine, so the address is kept from that check.
 * - What the emulator's CloudFormation cannot make is changed a little, see `makeDeployable`.
 */
export function createEmulatedDeps(folder: string, say: (text: string) => void): EmulatedDeps {
  const bundles = join(folder, 'bundles');
  const assembly = join(folder, 'cdk.out');
  const cdkLog = join(folder, 'cdk.log');
  const differences = new Set<string>();
  const bundleOf = (spec: FunctionSpec): Code => Code.fromAsset(join(bundles, spec.name), { exclude: ['meta.json'] });

  function synthesize(deployment: Deployment, outdir: string, codeOf: typeof bundleOf): Assembly {
    const { app, data, application } = createStagepostApp({ deployment, codeOf, outdir });
    for (const difference of makeDeployable(application)) differences.add(difference);
    app.synth();
    const read = (file: string) => JSON.parse(readFileSync(join(outdir, file), 'utf8'));
    return {
      folder: outdir,
      dataStack: data.stackName,
      appStack: application.stackName,
      dataTemplate: read(data.templateFile),
      appTemplate: read(application.templateFile),
    };
  }

  return {
    ...createRealDeps(),
    async readDeployment() {
      const made = await readDeployment(process.env);
      const connections = made.deployment.connections.map(({ onThisMachine: _, ...connection }) => connection);
      return { ...made, deployment: { ...made.deployment, connections } };
    },
    async build() {
      const problems: string[] = [];
      for (const spec of createTopology().functions) {
        const bundle = await bundleFunction(spec, { root: ROOT, outdir: bundles });
        problems.push(...overBudget(bundle, BUNDLE_BUDGETS[spec.name]));
      }
      return problems;
    },
    folder: assembly,
    synthesize: (deployment) => synthesize(deployment, assembly, bundleOf),
    synthesizeNames(prefix) {
      const deployment = { prefix, publicUrl: undefined, connections: [], partnerEventSources: [] };
      return synthesize(deployment, join(folder, 'cdk.names'), () => Code.fromInline('exports.handler = undefined;'));
    },
    cdk: (args) => runCdk(args, cdkLog),
    outputsFile: join(folder, 'outputs.json'),
    say,
    cdkLog,
    get differences() {
      return [...differences];
    },
  };
}

/** The CDK of this repository, without a terminal. */
function runCdk(args: readonly string[], logFile: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [CDK, ...args], { cwd: ROOT, stdio: ['ignore', log, log] });
    closeSync(log);
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('exit', end);
      resolve(code ?? 1);
    });
  });
}
