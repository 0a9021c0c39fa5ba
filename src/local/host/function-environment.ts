import type { Clock } from '../../platform/clock.ts';
import type { Environment } from '../../platform/environment.ts';
import { type FunctionSpec, queueUrlVariable, VARIABLES } from '../../topology.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { cutAwsWhenKilled } from './invocation.ts';

export interface FunctionEnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly cloud: Cloud;
  readonly clock: Clock;
  /** What a deployment would add: public URL, connections. Wins over the cloud's own names. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/**
 * The environment in which the embedded host builds a function: what a deployment would give to this one, and nothing
 * else, so that a function which needs more does not start here either.
 */
export function createFunctionEnvironment(options: FunctionEnvironmentOptions): Environment {
  const { spec, cloud, clock, variables = {} } = options;
  const granted = Object.entries(cloud.variables).filter(([name]) => isGranted(name, spec));
  return {
    variables: {
      ...Object.fromEntries(granted),
      [VARIABLES.functionTimeout]: String(spec.timeoutSeconds),
      ...variables,
    },
    clock,
    awsRequestHandler: (service) => cutAwsWhenKilled(cloud.requestHandler(service)),
    epoch: cloud.epoch,
  };
}

function isGranted(name: string, { uses, sendsTo, triggers }: FunctionSpec): boolean {
  if (name === VARIABLES.table) return uses.includes('table');
  if (name === VARIABLES.bus) return uses.includes('bus');
  if (name === VARIABLES.bucket) return uses.includes('files');
  const reached = [...sendsTo, ...triggers.flatMap((trigger) => (trigger.kind === 'queue' ? [trigger.queue] : []))];
  return reached.some((queue) => queueUrlVariable(queue) === name);
}
