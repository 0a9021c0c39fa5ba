import { createS3Files } from '../files/s3-files.ts';
import type { WorkerParts } from '../flows/parts.ts';
import { createS3Client } from '../platform/aws/s3-client.ts';
import type { Environment } from '../platform/environment.ts';
import { VARIABLES } from '../topology.ts';
import { createESignParts } from './esign-parts.ts';
import { required } from './variables.ts';

/** Parts of the functions that read and keep documents beside that. */
export function createWorkerParts(environment: Environment, functionName: string): WorkerParts {
  return {
    ...createESignParts(environment, functionName),
    files: createS3Files({ client: createS3Client(environment), bucket: required(environment, VARIABLES.bucket) }),
  };
}
