import { S3Client } from '@aws-sdk/client-s3';
import type { Environment } from '../environment.ts';
import { awsClientOptions } from './client-options.ts';

/** Documents may be megabytes, hence the longer time-out. */
export function createS3Client(environment: Environment): S3Client {
  const embedded = environment.awsRequestHandler !== undefined;
  return new S3Client({ ...awsClientOptions(environment, 's3', 5_000), ...(embedded ? { forcePathStyle: true } : {}) });
}
