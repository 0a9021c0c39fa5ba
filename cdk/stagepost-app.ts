import { App, type Stack, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { createTopology, type FunctionSpec, type Topology } from '../src/topology.ts';
import { acknowledgeFindings } from './acknowledgements.ts';
import { createAppStack } from './app-stack.ts';
import { createDataStack } from './data-stack.ts';
import type { Deployment } from './deployment.ts';
import { createNames } from './names.ts';

export interface StagepostApp {
  readonly app: App;
  readonly data: Stack;
  readonly application: Stack;
}

/**
 * The CDK application of one deployment. Reads no account, no network and no file: the caller brings the deployment
 * and the functions' code.
 * @param options.outdir where `app.synth()` writes; undefined: where the CDK command line says, or a temporary folder
 */
export function createStagepostApp(options: {
  readonly deployment: Deployment;
  readonly codeOf: (spec: FunctionSpec) => Code;
  readonly topology?: Topology;
  readonly outdir?: string;
}): StagepostApp {
  const topology = options.topology ?? createTopology();
  const names = createNames(options.deployment.prefix);
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    analyticsReporting: false,
  });
  const data = createDataStack(app, options.deployment, names);
  const application = createAppStack(app, {
    deployment: options.deployment,
    topology,
    names,
    codeOf: options.codeOf,
  });
  application.addStackDependency(data, 'the functions expect the table, the bucket and the secrets');
  acknowledgeFindings(data, application, topology, names);
  Tags.of(app).add('application', names.prefix);
  return { app, data, application };
}
