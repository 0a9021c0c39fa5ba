import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { HubError } from '../domain/errors.ts';
import { readAwsFailure, retryAfterMs } from '../platform/aws-failure.ts';
import type { Files } from './files.ts';

export interface S3FilesOptions {
  readonly client: S3Client;
  readonly bucket: string;
}

function unavailable(key: string, error: unknown): HubError {
  const failure = readAwsFailure(error);
  return new HubError(
    'files.unavailable',
    `S3 did not answer for ${key} (${failure.name}); it is tried again, check the bucket and the function's rights if this stays.`,
    // Writing the same key again is harmless, so nobody needs to know whether it was done.
    { retry: { afterMs: retryAfterMs(failure) }, cause: error, context: { key, cause: failure.name } },
  );
}

/** Files in one bucket. */
export function createS3Files({ client, bucket }: S3FilesOptions): Files {
  return {
    async put(key, bytes, contentType) {
      try {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }));
      } catch (error) {
        throw unavailable(key, error);
      }
    },
    async get(key) {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return await answer.Body?.transformToByteArray();
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw unavailable(key, error);
      }
    },
  };
}
