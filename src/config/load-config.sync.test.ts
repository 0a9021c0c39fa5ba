import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './test-load.ts';
import { SMALL_CONFIG } from './test-providers.ts';

/** The small configuration with a second CRM that is synced with the first one. */
function synced(block: string): string {
  const second = `  crm-other:
    provider: somecrm
    effectsFrom: 2026-11-01T00:00:00Z
    syncedWith:
${block
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
    settings:
      org: org-2
`;
  return SMALL_CONFIG.replace('  sign-main:\n', `${second}  sign-main:\n`);
}

const otherOf = async (text: string) => {
  const result = await load(text);
  return result.ok ? result.config.connections.find(({ id }) => id === 'crm-other')?.syncedWith : result.problems;
};

describe('syncedWith of a connection', () => {
  it('lets the other one lead, and waits a quarter of an hour, unless told otherwise', async () => {
    expect(await otherOf(synced('connection: crm-main'))).toEqual({
      connectionId: 'crm-main',
      leading: 'crm-main',
      graceMs: 900_000,
    });
    expect(await otherOf(synced('connection: crm-main\nleads: crm-other\ngraceMinutes: 30'))).toEqual({
      connectionId: 'crm-main',
      leading: 'crm-other',
      graceMs: 1_800_000,
    });
  });

  it.each<[string, string, string[]]>([
    [
      'a connection that does not exist',
      'connection: crm-mian',
      [
        '16:19 connections.crm-other.syncedWith.connection | there is no CRM connection "crm-mian" | did you mean "crm-main"?',
      ],
    ],
    [
      'a connection that is no CRM',
      'connection: sign-main',
      [
        '16:19 connections.crm-other.syncedWith.connection | there is no CRM connection "sign-main" | write one of: crm-main',
      ],
    ],
    [
      'itself',
      'connection: crm-other',
      [
        '16:19 connections.crm-other.syncedWith.connection | a connection is not synced with itself | name the other CRM connection',
      ],
    ],
    [
      'a leader that is neither of the two',
      'connection: crm-main\nleads: sign-main',
      [
        '17:14 connections.crm-other.syncedWith.leads | "sign-main" is neither of the two connections | write crm-other or crm-main',
      ],
    ],
    [
      'a pipeline that nobody mapped for it',
      'connection: crm-main\npipelines: [75012345]',
      [
        '17:19 connections.crm-other.syncedWith.pipelines[0] | pipeline 75012345 of "crm-other" is not under "pipelines" | map it there',
      ],
    ],
    [
      'no time at all',
      'connection: crm-main\ngraceMinutes: 0',
      [
        '17:21 connections.crm-other.syncedWith.graceMinutes | this is not possible here | write a whole number from 1 to 1440 (minutes)',
      ],
    ],
  ])('refuses %s', async (_what, block, problems) => {
    expect(await problemsOf(synced(block))).toEqual(problems);
  });

  it('refuses a leader that would stop the deals of the other one', async () => {
    const text = synced('connection: crm-main').replace(
      '  crm-other:\n    provider: somecrm\n',
      '  crm-other:\n    provider: somecrm\n    mode: live\n',
    );
    expect(await problemsOf(text)).toEqual([
      '16:5 connections.crm-other.syncedWith | "crm-main" leads and is in mode observe, so that deals of "crm-other" (mode live) would stop | let "crm-other" lead (leads: crm-other) until "crm-main" goes as far, or give both the same mode',
    ]);
  });

  it('refuses a pair that both declare', async () => {
    const text = synced('connection: crm-main').replace(
      '      org: org-1\n',
      '      org: org-1\n    syncedWith:\n      connection: crm-other\n',
    );
    expect(await problemsOf(text)).toHaveLength(2);
  });
});
