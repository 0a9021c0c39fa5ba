import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { releaseTemplates } from '../../cdk/released/release-templates.ts';
import { RELEASED_DEPLOYMENTS } from '../../cdk/released/released-deployments.ts';
import { readRelease, releasedVersions, writeRelease } from '../../cdk/released/releases.ts';

const folder = mkdtempSync(join(tmpdir(), 'stagepost-released-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stack = { stackName: 'acme-data', Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } } };
const templates = { sample: { data: stack, app: { ...stack, stackName: 'acme-app' } } };

describe('the templates of a release', () => {
  it('are written once and read again', () => {
    expect(writeRelease('1.2.3', templates, folder)).toEqual([
      join(folder, '1.2.3/data.template.json'),
      join(folder, '1.2.3/app.template.json'),
    ]);
    expect(readRelease('1.2.3', 'data', 'sample', folder)).toEqual(stack);
    expect(readRelease('1.2.3', 'app', 'sample', folder).stackName).toBe('acme-app');
  });

  it('are never written over', () => {
    const other = { sample: { ...templates.sample, data: { ...stack, stackName: 'other' } } };
    expect(() => writeRelease('1.2.3', other, folder)).toThrow('The templates of 1.2.3 are written already');
    expect(JSON.parse(readFileSync(join(folder, '1.2.3/data.template.json'), 'utf8')).stackName).toBe('acme-data');
  });

  it('need a version', () => {
    expect(() => writeRelease('next', templates, folder)).toThrow('"next" is no version like 1.2.3.');
  });

  it('are listed in the order of their versions, not of their letters', () => {
    for (const name of ['1.10.0', '1.9.9', 'drafts']) mkdirSync(join(folder, name));
    expect(releasedVersions(folder)).toEqual(['1.2.3', '1.9.9', '1.10.0']);
  });

  it('hold the whole data stack and what holds messages, without tags', () => {
    const { data, app } = releaseTemplates(RELEASED_DEPLOYMENTS['several']);
    expect(data.stackName).toBe('acme-2-data');
    expect(Object.values(data.Resources).map(({ Type }) => Type)).toContain('AWS::S3::BucketPolicy');
    const types = new Set(Object.values(app.Resources).map(({ Type }) => Type));
    expect(types).toContain('AWS::ApiGatewayV2::DomainName');
    expect(types).not.toContain('AWS::Lambda::Function');
    expect(JSON.stringify([data, app])).not.toContain('"Tags"');
  });
});
