import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('npm run demo ends with 0 and tells scripts in its last line what happened', { timeout: 60_000 }, async () => {
  const script = ['--disable-warning=ExperimentalWarning', 'src/local/demo.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, script);
  const { seconds, deliveries, ...rest } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>;
  expect(rest).toEqual({
    deals: 3,
    twins: 1,
    envelopesSent: 3,
    signed: 9,
    tasksCreated: 30,
    attachments: 6,
    stages: ['Expansion', 'Expansion', 'Expansion'],
  });
  // For every deal one webhook when it is new, seven moves, thirteen of DocuSign; and the twin's moves are told twice.
  expect(deliveries).toBeGreaterThanOrEqual(70);
  expect(seconds).toBeGreaterThan(0);
  expect(stdout).toContain('Dmitri Sokolov approves');
  expect(stdout).toContain('Read back from the simulators:');
});
