import { expect, test } from 'vitest';
import { mapStage } from './mapping.ts';
import { effectiveMode } from './mode.ts';
import { config, connection, deal } from './test-builders.ts';

const two = config({
  pipelines: [
    { connectionId: 'crm', pipelineId: 'p1', stages: { a: 'procurement', b: 'negotiation', c: 'lost' } },
    { connectionId: 'crm', pipelineId: 'p2', stages: { a: 'management', b: 'negotiation' } },
    { connectionId: 'other', pipelineId: 'p1', stages: { d: 'expansion' } },
  ],
});

test('maps by stage id and pipeline', () => {
  expect(mapStage(two, 'crm', 'a', 'p1')).toEqual({ stage: 'procurement', pipelineId: 'p1' });
  expect(mapStage(two, 'crm', 'a', 'p2')).toEqual({ stage: 'management', pipelineId: 'p2' });
});

test('without a pipeline takes the only one that has the stage id', () => {
  expect(mapStage(two, 'crm', 'c')).toEqual({ stage: 'lost', pipelineId: 'p1' });
});

test('without a pipeline takes the stage on which all pipelines agree', () => {
  expect(mapStage(two, 'crm', 'b')).toEqual({ stage: 'negotiation' });
});

test('does not guess where pipelines disagree', () => {
  const { stage, why } = mapStage(two, 'crm', 'a');
  expect(stage).toBe('unknown');
  expect(why?.code).toBe('stage.ambiguous');
  expect(why?.sentence).toContain('procurement in pipeline p1, management in pipeline p2');
});

test('says which line of the configuration is missing', () => {
  expect(mapStage(two, 'crm', 'zz', 'p1').why).toEqual({
    code: 'stage.unmapped',
    sentence:
      'CRM stage zz is not mapped; add "zz: <stage>" to "stages:" of pipeline p1 (connection crm) under "pipelines:" in the configuration',
    facts: { connectionId: 'crm', stageId: 'zz', pipelineId: 'p1' },
  });
});

test.each([
  ['another connection', 'crm', 'd', undefined],
  ['a mapped id in a pipeline that lacks it', 'crm', 'c', 'p2'],
  ['an unknown pipeline', 'crm', 'a', 'p9'],
  ['a name that every object has', 'crm', 'constructor', 'p1'],
  ['a name that every object has, without a pipeline', 'crm', 'toString', undefined],
])('leaves unmapped: %s', (_, connectionId, stageId, pipelineId) => {
  expect(mapStage(two, connectionId, stageId, pipelineId)).toMatchObject({
    stage: 'unknown',
    why: { code: 'stage.unmapped' },
  });
});

test.each([
  ['live', 'live', 'live'],
  ['live', 'rehearse', 'rehearse'],
  ['rehearse', 'live', 'rehearse'],
  ['live', 'observe', 'observe'],
  ['observe', 'live', 'observe'],
] as const)('a CRM in %s and e-sign in %s act in %s', (crm, esign, expected) => {
  const given = config({
    connections: [connection('crm', 'crm', { mode: crm }), connection('docusign', 'esign', { mode: esign })],
  });
  expect(effectiveMode(given, deal([]), 'docusign')).toBe(expected);
  expect(effectiveMode(given, deal([]))).toBe(crm);
});

test('only observes what the configuration does not know', () => {
  expect(effectiveMode(config(), deal([]), 'nobody')).toBe('observe');
  expect(effectiveMode(config({ connections: [] }), deal([]))).toBe('observe');
});
