import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../cdk/deployment.ts';
import { createStagepostApp, type StagepostApp } from '../../cdk/stagepost-app.ts';
import { createTopology } from '../../src/topology.ts';
import { TEST_DEPLOYMENT } from './templates.ts';

/** With all that is optional. */
const EVERYTHING: Deployment = {
  ...TEST_DEPLOYMENT,
  domain: {
    name: 'hooks.example.com',
    certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d',
    truststore: { bucket: 'acme-trust', key: 'callers.pem' },
  },
  alarms: { email: 'on-call@example.com', slack: { workspaceId: 'T0123ABCD', channelId: 'C0456EFGH' } },
};

const folder = mkdtempSync(join(tmpdir(), 'stagepost-nag-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly pluginReports: readonly { readonly suppressedViolations: readonly { readonly ruleName: string }[] }[];
}

/** Synthesises with the checks; answers the rules whose findings are acknowledged. Throws when one is not. */
function synthWithChecks(name: string, change: (app: StagepostApp) => void = () => {}): readonly string[] {
  const outdir = join(folder, name);
  const app = createStagepostApp({
    deployment: EVERYTHING,
    topology: createTopology(['crm-one']),
    codeOf: () => Code.fromInline('exports.handler = async () => undefined;'),
    outdir,
  });
  change(app);
  Validations.of(app.app).addPlugins(new AwsSolutionsChecks(app.app));
  app.app.synth();
  const report: Report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const rules = report.pluginReports.flatMap(({ suppressedViolations }) => suppressedViolations);
  return [...new Set(rules.map(({ ruleName }) => ruleName.replace(/\[.*/, '')))].sort();
}

const PATIENCE_MS = 60_000;

describe('the AwsSolutions checks of cdk-nag', () => {
  it(
    'find nothing but what is acknowledged with a reason',
    () => {
      expect(synthWithChecks('as-it-is')).toEqual([
        'AwsSolutions-APIG4',
        'AwsSolutions-IAM5',
        'AwsSolutions-S1',
        'AwsSolutions-SMG4',
        'AwsSolutions-SQS3',
      ]);
    },
    PATIENCE_MS,
  );

  it(
    'would find a queue that takes messages without TLS',
    () => {
      expect(() => synthWithChecks('careless', ({ application }) => new Queue(application, 'Careless'))).toThrow(
        /App\/Careless\/Resource[\s\S]*AwsSolutions-SQS4/,
      );
    },
    PATIENCE_MS,
  );
});
