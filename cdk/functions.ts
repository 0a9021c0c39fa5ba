import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  EventSourceMapping,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type FunctionSpec, queueUrlVariable, VARIABLES } from '../src/topology.ts';
import { connectionsVariable, type Deployment } from './deployment.ts';
import type { Names } from './names.ts';
import { statementsFor } from './permissions.ts';
import type { Queues } from './queues.ts';

export interface FunctionParts {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly queues: Queues;
  readonly busArn: string;
  readonly publicUrl: string;
  codeOf(spec: FunctionSpec): Code;
}

/** One Lambda function with its own role, its log and its queue triggers. */
export function createFunction(scope: Construct, spec: FunctionSpec, parts: FunctionParts): LambdaFunction {
  const { deployment, names, queues } = parts;
  const functionName = names.function(spec.name);
  const logGroup = new LogGroup(scope, `Log-${spec.name}`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `Role-${spec.name}`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Stagepost: what the function ${spec.name} may do`,
    inlinePolicies: {
      allowed: new PolicyDocument({
        statements: statementsFor(spec, {
          stack: Stack.of(scope),
          names,
          connections: deployment.connections,
          queueArn: (queue) => queues.get(queue).queueArn,
          busArn: parts.busArn,
          logGroupArn: Stack.of(scope).formatArn({
            service: 'logs',
            resource: `log-group:/aws/lambda/${functionName}`,
          }),
        }),
      }),
    },
  });
  const fn = new LambdaFunction(scope, `Function-${spec.name}`, {
    functionName,
    description: `Stagepost: ${spec.entry}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: parts.codeOf(spec),
    handler: 'index.handler',
    timeout: Duration.seconds(spec.timeoutSeconds),
    memorySize: spec.memoryMb,
    role,
    logGroup,
    environment: environmentOf(spec, parts),
  });

  for (const trigger of spec.triggers) {
    if (trigger.kind !== 'queue') continue;
    new EventSourceMapping(scope, `Trigger-${spec.name}-${trigger.queue}`, {
      target: fn,
      eventSourceArn: queues.get(trigger.queue).queueArn,
      batchSize: trigger.batchSize,
      maxBatchingWindow: Duration.seconds(trigger.batchWindowSeconds),
      maxConcurrency: trigger.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
  return fn;
}

function environmentOf(spec: FunctionSpec, parts: FunctionParts): Record<string, string> {
  const { deployment, names, queues } = parts;
  const environment: Record<string, string> = {
    [VARIABLES.publicUrl]: parts.publicUrl,
    [VARIABLES.functionTimeout]: String(spec.timeoutSeconds),
    [VARIABLES.connections]: connectionsVariable(deployment.connections),
  };
  if (spec.uses.includes('table')) environment[VARIABLES.table] = names.table;
  if (spec.uses.includes('bus')) environment[VARIABLES.bus] = names.bus;
  if (spec.uses.includes('files')) environment[VARIABLES.bucket] = names.bucket;
  for (const queue of spec.sendsTo) environment[queueUrlVariable(queue)] = queues.get(queue).queueUrl;
  for (const trigger of spec.triggers) {
    if (trigger.kind !== 'queue') continue;
    // A consumer changes the visibility of what it cannot finish yet. All that it knows of a message's queue is the
    // name at the end of its ARN, so the URL is found under that name as well.
    const { queueUrl } = queues.get(trigger.queue);
    environment[queueUrlVariable(trigger.queue)] = queueUrl;
    environment[queueUrlVariable(names.queue(trigger.queue))] = queueUrl;
  }
  return environment;
}
