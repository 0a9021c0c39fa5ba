import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('npm run demo ends with 0 and tells scripts in its last line what happened', { timeout: 60_000 }, async () => {
  const script = ['--disable-warning=ExperimentalWarning', 'src/local/demo.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, script);
  const { seconds, deliveries, ...rest } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>;
  expect(rest).toEqual({
    deals: 1,
    envelopesSent: 1,
    signed: 3,
    tasksCreated: 10,
    attachments: 2,
    stage: 'Expansion',
  });
  // One webhook for the new deal, seven moves, thirteen of DocuSign; HubSpot may split a batch.
  expect(deliveries).toBeGreaterThanOrEqual(20);
  expect(seconds).toBeGreaterThan(0);
  expect(stdout).toContain('Dmitri Sokolov approves');
  expect(stdout).toContain('Read back from the simulators:');
});
