import { describe, expect, it } from 'vitest';
import { NOW_MS, runOnHub as run } from './test-hub.ts';

const NOTES = {
  'crm check': {
    ...{ v: 1, ok: false, atMs: NOW_MS, sinceMs: NOW_MS - 3_600_000, code: 'crm.unauthorized' },
    sentence: 'HubSpot refuses the access token; put a valid one into the secret',
  },
  'crm last-refusal': { v: 1, kind: 'refusal', cause: 'signature-wrong', url: 'x', atMs: NOW_MS - 1000 },
  'docusign check': { v: 1, ok: true, atMs: NOW_MS, sinceMs: NOW_MS },
};

describe('accounts that do not answer', () => {
  it('lists connections, and says which account does not answer, and why', async () => {
    const { code, out } = await run(['connections'], { notes: NOTES });
    expect(out).toBe(
      `CONNECTION  OF        MODE  ANSWERS                      SYNCED WITH  LAST WEBHOOK REFUSED
crm         hubspot   live  no                                        4 May 2026 09:59: signature-wrong
docusign    docusign  live  yes, since 4 May 2026 10:00

crm does not answer since 4 May 2026 09:00: HubSpot refuses the access token; put a valid one into
the secret
`,
    );
    expect(code).toBe(0);
    expect((await run(['connections'])).out).toContain('not asked yet');
    expect(JSON.parse((await run(['connections', '--json'], { notes: NOTES })).out).connections[1]).toEqual({
      ...{ id: 'docusign', provider: 'docusign', role: 'esign', mode: 'live' },
      check: { ok: true, atMs: NOW_MS, sinceMs: NOW_MS },
    });
  });

  it.each(['deals', 'deliveries'])('says under %s that an account does not answer', async (command) => {
    const { out } = await run([command], { notes: NOTES });
    expect(out).toContain('\n\ncrm does not answer since 4 May 2026 09:00: HubSpot refuses the access token;');
    expect((await run([command, '--json'], { notes: NOTES })).out).not.toContain('does not answer');
  });
});
