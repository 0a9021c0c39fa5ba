import { Aws } from 'aws-cdk-lib';
import { deployedNames } from '../src/wiring/deployed-names.ts';

/**
 * Physical names of everything that is deployed. Both stacks derive them from the prefix, so neither exports
 * a value to the other: an export would lock the two together and forbid changing the exporting one.
 */
export interface Names {
  readonly prefix: string;
  readonly table: string;
  readonly bucket: string;
  readonly bus: string;
  queue(queue: string): string;
  function(name: string): string;
}

/** Lower case letters, digits and dashes, 3 to 20 characters: the bucket's name (63 at most) has to hold it too. */
const PREFIX = /^[a-z][a-z0-9-]{1,18}[a-z0-9]$/;

/** Why this cannot be the name of a deployment, as a sentence; undefined when it can. */
export function prefixProblem(prefix: string): string | undefined {
  return PREFIX.test(prefix)
    ? undefined
    : `The deployment's name "${prefix}" cannot be used. Take 3 to 20 lower case letters, digits or dashes, starting with a letter, e.g. "stagepost-test".`;
}

/** Throws when the prefix cannot be part of a bucket's name. */
export function createNames(prefix: string): Names {
  const problem = prefixProblem(prefix);
  if (problem !== undefined) throw new Error(problem);
  const { table, bucket, queue } = deployedNames(prefix);
  return {
    prefix,
    table,
    bucket: bucket(Aws.ACCOUNT_ID, Aws.REGION),
    bus: prefix,
    queue,
    function: (name) => `${prefix}-${name}`,
  };
}
