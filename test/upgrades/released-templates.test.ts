import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dataInDanger } from '../../cdk/check-data.ts';
import { releaseTemplates } from '../../cdk/released/release-templates.ts';
import { RELEASED_DEPLOYMENTS } from '../../cdk/released/released-deployments.ts';
import { readRelease, releasedVersions } from '../../cdk/released/releases.ts';
import { compareStacks } from './compare-stacks.ts';
import { REVIEWED_CHANGES } from './reviewed-changes.ts';

const versions = releasedVersions();
const newest = versions.at(-1) ?? '';
const today = Object.entries(RELEASED_DEPLOYMENTS).map(
  ([name, deployment]) => [name, releaseTemplates(deployment)] as const,
);
const reviewed = REVIEWED_CHANGES.map(({ change }) => change);

/** Everything that is other than in the newest release, over all deployments and both stacks. */
const changes = today.flatMap(([name, templates]) => {
  const data = readRelease(newest, 'data', name);
  return [
    ...dataInDanger(data, templates.data),
    ...compareStacks(data, templates.data).map(({ sentence }) => sentence),
    ...compareStacks(readRelease(newest, 'app', name), templates.app).map(({ sentence }) => sentence),
  ];
});

describe('an update from the last release', () => {
  it('has a release to be compared with, and it holds what is worth comparing', () => {
    expect(newest).toMatch(/^\d+\.\d+\.\d+$/);
    const { data, app } = { data: readRelease(newest, 'data', 'sample'), app: readRelease(newest, 'app', 'sample') };
    const types = Object.values({ ...data.Resources, ...app.Resources }).map(({ Type }) => Type);
    expect(types).toEqual(
      expect.arrayContaining([
        'AWS::DynamoDB::Table',
        'AWS::S3::Bucket',
        'AWS::SecretsManager::Secret',
        'AWS::SQS::Queue',
        'AWS::Events::EventBus',
        'AWS::ApiGatewayV2::Api',
      ]),
    );
  });

  it.each(today)('would not be refused by a deployment: %s', (name, { data }) => {
    const refused = dataInDanger(readRelease(newest, 'data', name), data);
    expect(refused.filter((sentence) => !reviewed.includes(sentence))).toEqual([]);
  });

  it.each(today)(
    'replaces nothing that holds data, by the written-out rules of CloudFormation: %s',
    (name, { data }) => {
      const found = compareStacks(readRelease(newest, 'data', name), data).map(({ sentence }) => sentence);
      expect(found.filter((sentence) => !reviewed.includes(sentence))).toEqual([]);
    },
  );

  it.each(today)('loses no message and no address: %s', (name, { app }) => {
    const found = compareStacks(readRelease(newest, 'app', name), app).map(({ sentence }) => sentence);
    expect(found.filter((sentence) => !reviewed.includes(sentence))).toEqual([]);
  });

  it('needs every exception that is listed', () => {
    const listed = REVIEWED_CHANGES.filter(({ since }) => since === newest).map(({ change }) => change);
    expect(listed.filter((change) => !changes.includes(change))).toEqual([]);
    expect(REVIEWED_CHANGES.filter(({ why }) => why.trim().length < 20)).toEqual([]);
  });
});

describe('an update from any release', () => {
  const all = versions.flatMap((version) => today.map(([name, templates]) => [version, name, templates] as const));

  it.each(all)('replaces nothing that holds data: %s, %s', (version, name, { data }) => {
    const lost = compareStacks(readRelease(version, 'data', name), data).filter(({ kind }) => kind === 'lost');
    expect(lost.map(({ sentence }) => sentence).filter((sentence) => !reviewed.includes(sentence))).toEqual([]);
  });
});

describe('the version', () => {
  it('is never lower than the last released one', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const numbers = (text: string) =>
      text
        .split('.')
        .map((part) => part.padStart(6, '0'))
        .join('.');
    expect(numbers(version) >= numbers(newest)).toBe(true);
  });
});
