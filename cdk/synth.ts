/** `npm run synth`: bundles, writes the CloudFormation templates to `cdk.out/` and says what they hold. No account, no network. */
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { createTopology } from '../src/topology.ts';
import { bundleCode } from './bundle-code.ts';
import { buildBundles } from './bundles.ts';
import { readDeployment } from './read-deployment.ts';
import { createStagepostApp } from './stagepost-app.ts';
import { count, describeTopology, type SynthResult } from './summary.ts';

async function synth(): Promise<SynthResult> {
  const { deployment } = await readDeployment(process.env);
  const { problems } = await buildBundles();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const topology = createTopology();
  const outdir = fileURLToPath(new URL('../cdk.out', import.meta.url));
  const { app, data, application } = createStagepostApp({ deployment, topology, codeOf: bundleCode, outdir });
  app.synth();
  console.log(describeTopology(topology, deployment));
  const [dataTemplate, appTemplate] = [Template.fromStack(data), Template.fromStack(application)];
  return {
    stacks: {
      [data.stackName]: Object.keys(dataTemplate.toJSON().Resources ?? {}).length,
      [application.stackName]: Object.keys(appTemplate.toJSON().Resources ?? {}).length,
    },
    functions: count(appTemplate, 'AWS::Lambda::Function'),
    queues: topology.queues.length,
    deadLetterQueues: topology.deadLetterQueues.length,
    rules: count(appTemplate, 'AWS::Events::Rule'),
    schedules: count(appTemplate, 'AWS::Scheduler::Schedule'),
    connections: deployment.connections.length,
    alarms: count(appTemplate, 'AWS::CloudWatch::Alarm'),
  };
}

try {
  console.log(JSON.stringify(await synth()));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
