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

/** Throws when the prefix cannot be part of a bucket's name. */
export function createNames(prefix: string): Names {
  if (!PREFIX.test(prefix)) {
    throw new Error(
      `The deployment's name "${prefix}" cannot be used. Take 3 to 20 lower case letters, digits or dashes, starting with a letter, e.g. "stagepost-test".`,
    );
  }
  return {
    prefix,
    table: prefix,
    bucket: `${prefix}-files-${Aws.ACCOUNT_ID}-${Aws.REGION}`,
    bus: prefix,
    queue: (queue) => `${prefix}-${queue}`,
    function: (name) => `${prefix}-${name}`,
  };
}
