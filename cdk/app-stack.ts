import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionSpec, Topology } from '../src/topology.ts';
import { createAlarmTopic } from './alarm-topic.ts';
import { createAlarms } from './alarms.ts';
import { createBusArchive } from './bus-archive.ts';
import { createDashboard } from './dashboard.ts';
import type { Deployment } from './deployment.ts';
import { createFunction } from './functions.ts';
import { createHttpApi, createRoutes } from './http.ts';
import { createLogSignals, createSecretSignals } from './log-signals.ts';
import type { Names } from './names.ts';
import { createPartnerRules } from './partner-rules.ts';
import { createQueues } from './queues.ts';
import { createRules } from './rules.ts';
import { createSchedules } from './schedules.ts';

export interface AppStackParts {
  readonly deployment: Deployment;
  readonly topology: Topology;
  readonly names: Names;
  /** Code of a function: its bundle, or a stand-in for tests of the template. */
  readonly codeOf: (spec: FunctionSpec) => Code;
}

/** Everything that runs; it holds nothing that could not be built again. */
export function createAppStack(app: App, parts: AppStackParts): Stack {
  const { deployment, topology, names, codeOf } = parts;
  const stack = new Stack(app, 'App', {
    stackName: `${names.prefix}-app`,
    description: 'Stagepost: the functions, the queues and the bus',
  });

  const queues = createQueues(stack, topology, names);
  const bus = new EventBus(stack, 'Bus', { eventBusName: names.bus, description: 'Stagepost: look at this deal' });
  const api = createHttpApi(stack, names, deployment.domain);
  const publicUrl = deployment.publicUrl ?? api.apiEndpoint;

  const functions = new Map(
    topology.functions.map((spec) => [
      spec.name,
      createFunction(stack, spec, { deployment, names, queues, busArn: bus.eventBusArn, publicUrl, codeOf }),
    ]),
  );
  createRoutes(api, topology, functions);
  createRules(stack, topology, bus, queues, names);
  createBusArchive(stack, bus, names);
  createPartnerRules(stack, topology, deployment, queues, names);
  createSchedules(stack, topology, functions, names);
  const topic = createAlarmTopic(stack, names, deployment.alarms);
  const signals = createLogSignals(stack, functions, names);
  const secretSignals = createSecretSignals(stack, functions, names, deployment.connections);
  const alarms = createAlarms(stack, topology, { deployment, names, queues, api, signals, secretSignals, topic });
  createDashboard(stack, topology, { names, queues, functions, api, signals, alarms });

  new CfnOutput(stack, 'PublicUrl', { value: publicUrl, description: 'What the providers call' });
  new CfnOutput(stack, 'AlarmTopic', { value: topic.topicArn, description: 'Whoever subscribes hears the alarms' });
  return stack;
}
