import { createHash } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createS3Client } from '../../src/platform/aws/s3-client.ts';
import { systemClock } from '../../src/platform/clock.ts';

/** Keys in the deployed bucket with the SHA-256 of what they hold. */
export async function filesIn(bucket: string): Promise<Readonly<Record<string, string>>> {
  const s3 = createS3Client({ variables: process.env, clock: systemClock });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  const hashes = await Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return [Key, createHash('sha256').update(bytes).digest('hex')] as const;
    }),
  );
  return Object.fromEntries(hashes);
}
