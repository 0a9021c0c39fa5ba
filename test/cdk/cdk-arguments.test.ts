import { describe, expect, it } from 'vitest';
import { bootstrapArguments, deployArguments, destroyArguments, diffArguments } from '../../cdk/cdk-arguments.ts';
import { readOptions } from '../../cdk/deploy-options.ts';

const place = { account: '111122223333', region: 'eu-central-1', folder: '/hub/cdk.out' };
const where = ['--app', '/hub/cdk.out', '--build', '', '--region', 'eu-central-1'];

describe('the CDK command line is told', () => {
  it('to deploy both stacks as they were checked, and to ask before permissions get wider', () => {
    expect(deployArguments({ ...place, outputsFile: '/hub/cdk.out/outputs.json', yes: false })).toEqual([
      ...['deploy', 'Data', 'App', ...where],
      ...['--require-approval', 'broadening', '--outputs-file', '/hub/cdk.out/outputs.json'],
    ]);
  });

  it('to ask nobody where nobody is', () => {
    expect(deployArguments({ ...place, outputsFile: 'o.json', yes: true })).toEqual([
      ...['deploy', 'Data', 'App', ...where, '--require-approval', 'never', '--outputs-file', 'o.json'],
    ]);
  });

  it('to compare both stacks', () => {
    expect(diffArguments(place)).toEqual(['diff', 'Data', 'App', ...where]);
  });

  it('to destroy the app stack and no other, after asking', () => {
    expect(destroyArguments({ ...place, yes: false })).toEqual(['destroy', 'App', '--exclusively', ...where]);
    expect(destroyArguments({ ...place, yes: true })).toEqual(['destroy', 'App', '--exclusively', ...where, '--force']);
  });

  it('to prepare exactly this account and region', () => {
    expect(bootstrapArguments(place)).toEqual([
      ...['bootstrap', 'aws://111122223333/eu-central-1'],
      ...['--app', '/hub/cdk.out', '--build', ''],
    ]);
  });
});

describe('the options of npm run deploy', () => {
  it.each([
    [[], { yes: false, letGo: [] }],
    [['--yes'], { yes: true, letGo: [] }],
    [
      ['-y', '--let-go', 'stagepost/a', '--let-go', 'stagepost/b'],
      { yes: true, letGo: ['stagepost/a', 'stagepost/b'] },
    ],
  ])('%j', (args, options) => {
    expect(readOptions(args)).toEqual(options);
  });

  it.each([[['--force']], [['hubspot-main']], [['--let-go']]])('%j is refused with what is known', (args) => {
    expect(() => readOptions(args)).toThrow(
      /Known are --yes and --let-go <secret, table\/index, bucket\/rule, domain, mtls, alarm-email or alarm-slack>\.$/,
    );
  });
});
