import { expect, it } from 'vitest';
import { createWake } from './create-wake.ts';

it('asks the queue of the job and the provider for a look, and opens each queue once', async () => {
  const opened: string[] = [];
  const sent: unknown[] = [];
  let ids = 0;
  const wake = createWake(
    (name) => {
      opened.push(name);
      return { send: async (body) => void sent.push([name, JSON.parse(body)]), changeVisibility: async () => {} };
    },
    { clock: { nowMs: () => 1000 }, newId: () => `id-${++ids}` },
  );
  await wake('send-contract', 'hubspot', 'crm-main.42');
  await wake('send-contract', 'hubspot', 'crm-main.43');
  expect(opened).toEqual(['send-contract-hubspot']);
  expect(sent).toEqual([
    ['send-contract-hubspot', { v: 1, dealId: 'crm-main.42', traceId: 'id-1', firstSeenAtMs: 1000, attempt: 0 }],
    ['send-contract-hubspot', { v: 1, dealId: 'crm-main.43', traceId: 'id-2', firstSeenAtMs: 1000, attempt: 0 }],
  ]);
});
