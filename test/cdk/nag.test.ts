import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createStagepostApp, type StagepostApp } from '../../cdk/stagepost-app.ts';
import { createTopology } from '../../src/topology.ts';
import { TEST_DEPLOYMENT } from './templates.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagepost-nag-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

interface Finding {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

interface Report {
  readonly pluginReports: readonly [
    { readonly violations: readonly Finding[]; readonly suppressedViolations: readonly Finding[] },
  ];
}

function findings(name: string, change: (app: StagepostApp) => void = () => {}): Report['pluginReports'][0] {
  const outdir = join(folder, name);
  const app = createStagepostApp({
    deployment: TEST_DEPLOYMENT,
    topology: createTopology(['crm-one']),
    codeOf: () => Code.fromInline('exports.handler = async () => undefined;'),
    outdir,
  });
  change(app);
  Validations.of(app.app).addPlugins(new AwsSolutionsChecks(app.app));
  // Findings are printed and set the exit code of the process, which is the test runner's here.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { exitCode } = process;
  app.app.synth();
  process.exitCode = exitCode;
  const report: Report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports[0];
}

const namesOf = (list: readonly Finding[]): readonly string[] => [
  ...new Set(list.map(({ ruleName }) => ruleName.replace(/\[.*/, ''))),
];

describe('the AwsSolutions checks of cdk-nag', () => {
  it('find nothing but what is acknowledged with a reason', () => {
    const { violations, suppressedViolations } = findings('as-it-is');
    expect(violations).toEqual([]);
    expect([...namesOf(suppressedViolations)].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-IAM5',
      'AwsSolutions-S1',
      'AwsSolutions-SMG4',
      'AwsSolutions-SQS3',
    ]);
  });

  it('would find a queue that takes messages without TLS', () => {
    const { violations } = findings('careless', ({ application }) => new Queue(application, 'Careless'));
    expect(namesOf(violations)).toEqual(['AwsSolutions-SQS4']);
  });
});
