import type { Clock } from '../../platform/clock.ts';
import type { Environment } from '../../platform/environment.ts';
import { type FunctionSpec, VARIABLES } from '../../topology.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { cutAwsWhenKilled } from './invocation.ts';

export interface FunctionEnvironmentOptions {
  readonly spec: FunctionSpec;
  readonly cloud: Cloud;
  readonly clock: Clock;
  /** What a deployment would add: public URL, connections. Wins over the cloud's own names. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** The environment in which the embedded host builds a function. */
export function createFunctionEnvironment(options: FunctionEnvironmentOptions): Environment {
  const { spec, cloud, clock, variables = {} } = options;
  return {
    variables: { ...cloud.variables, [VARIABLES.functionTimeout]: String(spec.timeoutSeconds), ...variables },
    clock,
    awsRequestHandler: (service) => cutAwsWhenKilled(cloud.requestHandler(service)),
    epoch: cloud.epoch,
  };
}
