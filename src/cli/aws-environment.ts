import { systemClock } from '../platform/clock.ts';
import type { Environment } from '../platform/environment.ts';
import { awsProblem } from './aws-problem.ts';
import type { CliProblem } from './cli-problem.ts';

/** A deployment in the caller's own AWS account. */
export interface DeploymentOptions {
  readonly name: string;
  readonly variables: Environment['variables'];
  /** Answers in place of AWS; only tests have one. */
  readonly awsRequestHandler?: Environment['awsRequestHandler'];
}

/**
 * The environment of AWS clients that act as the caller: credentials and, where no variable says it, region come from
 * the caller's profile, which the SDK reads by itself ("Default credential provider chain", AWS SDKs reference).
 */
export function callersEnvironment({ variables, awsRequestHandler }: DeploymentOptions): Environment {
  return {
    variables: { ...variables, AWS_REGION: regionIn(variables) },
    clock: systemClock,
    ...(awsRequestHandler === undefined ? {} : { awsRequestHandler }),
  };
}

/** What the failure means to a person; undefined when it means nothing particular. */
export function problemAt(error: unknown, { name, variables }: DeploymentOptions): CliProblem | undefined {
  return awsProblem(error, { name, region: regionIn(variables), profile: given(variables['AWS_PROFILE']) });
}

/** The AWS CLI reads both variables, the SDK only the first. */
function regionIn(variables: Environment['variables']): string | undefined {
  return given(variables['AWS_REGION']) ?? given(variables['AWS_DEFAULT_REGION']);
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
