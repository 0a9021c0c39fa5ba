import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../platform/aws/dynamo-client.ts';
import { systemClock } from '../../platform/clock.ts';
import { createDynamoTable } from '../../store/dynamo-table.ts';
import { createTopology } from '../../topology.ts';
import { startCloud } from './cloud.ts';
import { calmSwitches } from './switches.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-kill-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const CHILD = fileURLToPath(new URL('./kill-test-child.ts', import.meta.url));

const start = () =>
  startCloud({
    folder,
    topology: createTopology(['hubspot']),
    clock: systemClock,
    random: () => 0.5,
    switches: calmSwitches(),
  });

/** Runs the child until it has acknowledged `steps` steps, tries `meanwhile`, kills it, and says what the last step was. */
async function killAfter(steps: number, meanwhile: () => Promise<void>): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  const lastStep = () => Number(output.match(/done (\d+)\n(?![\s\S]*done \d+\n)/)?.[1] ?? -1);
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the child ended by itself after: ${output.slice(-200)}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (lastStep() >= steps) resolve();
    });
  });
  await meanwhile();
  child.kill('SIGKILL');
  await gone;
  return lastStep();
}

describe('the embedded cloud after a kill -9', () => {
  it('has everything that was acknowledged, a listing that is right, and no lock', async () => {
    const lastStep = await killAfter(40, async () => {
      await expect(start()).rejects.toMatchObject({
        code: 'local.folder-in-use',
        message: expect.stringMatching(/already running in .* \(process \d+\)/),
      });
    });

    const cloud = await start();
    const table = createDynamoTable({
      client: createDynamoClient({ variables: {}, clock: systemClock, awsRequestHandler: cloud.requestHandler }),
      tableName: 'stagepost',
      clock: systemClock,
    });
    const state = await table.get<{ n: number }>({ pk: 'DEAL#hs.1', sk: 'STATE' });
    // The step in which it died may have reached the disk without being acknowledged.
    expect(state?.data.n).toBeGreaterThanOrEqual(lastStep);
    expect(state?.data.n).toBeLessThanOrEqual(lastStep + 2);
    expect(await table.queryListing('L')).toEqual([
      { pk: 'DEAL#hs.1', sk: 'STATE', listing: { pk: 'L', sk: String((state?.data.n ?? 0) % 7) } },
    ]);

    const bodies = new Set(cloud.queue('inbox').bodies());
    for (let n = 0; n <= lastStep; n += 1) expect(bodies).toContain(`{"n":${n}}`);
    // The message that the dead process was working on is free at once, and remembers that it was received before.
    expect(cloud.queue('inbox').counts().inFlight).toBe(0);
    const [first] = await cloud.queue('inbox').receive(1, AbortSignal.timeout(1_000));
    expect(first).toMatchObject({ body: '{"taken":true}', receiveCount: 2 });
    await cloud.stop();
  });
});
