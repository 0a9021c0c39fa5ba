import { Aws } from 'aws-cdk-lib';

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

/** S3 has one name space for everybody's buckets, so account and region are part of it. */
export function bucketName(prefix: string, account: string, region: string): string {
  return `${prefix}-files-${account}-${region}`;
}

/** Throws when the prefix cannot be part of a bucket's name. */
export function createNames(prefix: string): Names {
  const problem = prefixProblem(prefix);
  if (problem !== undefined) throw new Error(problem);
  return {
    prefix,
    table: prefix,
    bucket: bucketName(prefix, Aws.ACCOUNT_ID, Aws.REGION),
    bus: prefix,
    queue: (queue) => `${prefix}-${queue}`,
    function: (name) => `${prefix}-${name}`,
  };
}
