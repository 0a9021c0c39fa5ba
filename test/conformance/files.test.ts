import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Files } from '../../src/files/files.ts';
import { createMemoryFiles } from '../../src/files/memory-files.ts';
import { createS3Files } from '../../src/files/s3-files.ts';
import { type Cloud, startCloud } from '../../src/local/cloud/cloud.ts';
import { calmSwitches } from '../../src/local/cloud/switches.ts';
import { createS3Client } from '../../src/platform/aws/s3-client.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createTopology } from '../../src/topology.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({
    folder: undefined,
    topology: createTopology(),
    clock: systemClock,
    random: () => 0.5,
    switches: calmSwitches(),
  });
});
afterAll(() => cloud.stop());

const implementations: readonly [string, () => Files][] = [
  ['memory', createMemoryFiles],
  [
    'S3 over the embedded cloud',
    () =>
      createS3Files({
        client: createS3Client({ variables: {}, clock: systemClock, awsRequestHandler: cloud.requestHandler }),
        bucket: 'stagepost-files',
      }),
  ],
];

describe.each(implementations)('files: %s', (_, create) => {
  it('gives back the same bytes, also those that are no text', async () => {
    const files = create();
    const bytes = Uint8Array.from({ length: 512 }, (_each, index) => index % 256);
    await files.put('contracts/hs.1/1/signed.pdf', bytes, 'application/pdf');
    const found = await files.get('contracts/hs.1/1/signed.pdf');
    expect(found === undefined ? undefined : [...found]).toEqual([...bytes]);
  });

  it('replaces a file', async () => {
    const files = create();
    await files.put('a.json', Buffer.from('{"n":1}'), 'application/json');
    await files.put('a.json', Buffer.from('{}'), 'application/json');
    expect(new TextDecoder().decode(await files.get('a.json'))).toBe('{}');
  });

  it('keeps an empty file', async () => {
    const files = create();
    await files.put('empty', new Uint8Array(), 'application/octet-stream');
    expect((await files.get('empty'))?.length).toBe(0);
  });

  it('takes keys with spaces, signs and letters of any language', async () => {
    const files = create();
    await files.put('Angebot #1 & Größe+100%.pdf', Buffer.from('x'), 'application/pdf');
    expect(new TextDecoder().decode(await files.get('Angebot #1 & Größe+100%.pdf'))).toBe('x');
  });

  it('carries 2 MB', async () => {
    const files = create();
    await files.put('big', new Uint8Array(2_000_000).fill(7), 'application/octet-stream');
    const found = await files.get('big');
    expect([found?.length, found?.[1_999_999]]).toEqual([2_000_000, 7]);
  });

  it('says undefined for a file that is not there', async () => {
    expect(await create().get('nowhere/nothing.pdf')).toBeUndefined();
  });
});
