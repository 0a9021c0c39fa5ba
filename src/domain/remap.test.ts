import { expect, test } from 'vitest';
import { currentStage } from './entries.ts';
import { remap } from './remap.ts';
import { config, deal, MAY_3 } from './test-builders.ts';

const given = deal([
  ['s5', 1],
  ['zz', 2],
]);
const stages = { s5: 'negotiation', zz: 'procurement' } as const;
const later = config({ version: 4, pipelines: [{ connectionId: 'crm', pipelineId: 'p1', stages }] });

test('a history that means the same is the same deal', () => {
  expect(remap(given, config(), MAY_3)).toEqual({ deal: given, changes: [] });
  expect(remap(given, config(), MAY_3).deal).toBe(given);
});

test('a stage that was mapped late counts from when it was entered, and the preview says what changes', () => {
  const { deal: after, changes } = remap(given, later, MAY_3 + 1);
  expect(changes).toEqual([{ transitionId: 'zz@2', stageId: 'zz', from: 'unknown', to: 'procurement' }]);
  expect(currentStage(after)).toBe('procurement');
  expect(after.lanes[0]?.transitions.map((each) => each.configVersion)).toEqual([1, 4]);
  expect(after.configVersion).toBe(4);
  expect(currentStage(given)).toBe('unknown');
});
