import { describe, expect, it } from 'vitest';
import { changes, runOnHub as run, sample } from './test-hub.ts';

describe('stagepost', () => {
  it('lists deals', async () => {
    const { code, out, asked } = await run(['deals']);
    expect(out).toBe(
      `DEAL         NAME              STAGE    SINCE             AMOUNT
crm-main.42  Fabrikam rollout  unknown  4 May 2026 08:00  120,000.00 EUR
`,
    );
    expect([code, asked]).toEqual([0, ['http://127.0.0.1:4200/api/deals', 'http://127.0.0.1:4200/api/connections']]);
  });

  it('lists deals of a stage', async () => {
    const { out, asked } = await run(['deals', '--stage', 'lost', '--limit', '5']);
    expect(out).toBe('No deals yet. Move one in the CRM, or wait for the first webhook.\n');
    expect(asked[0]).toBe('http://127.0.0.1:4200/api/deals?stage=lost&limit=5');
  });

  it('shows a deal in words', async () => {
    const { code, out } = await run(['deal', 'crm-main.42']);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 2)).toEqual([
      'Fabrikam rollout  [crm-main.42]',
      '  stage: unknown since 4 May 2026 08:00',
    ]);
    expect(out).toContain('14:05:05  contract    contract 1 sent\n');
  });

  it('shows a deal as the hub says it, for programs', async () => {
    const { out } = await run(['deal', 'crm-main.42', '--json']);
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(sample)));
  });

  it('says that there is no such deal', async () => {
    const { code, out, errors } = await run(['deal', 'crm-main/9 9']);
    expect([code, out, errors]).toEqual([1, '', 'No deal "crm-main/9 9".\n']);
  });

  it('lists deliveries', async () => {
    expect((await run(['deliveries'])).out).toBe(
      `DELIVERY  RECEIVED          CONNECTION  FROM     FACTS  QUARANTINED  NOT OURS   DEALS
d-1       4 May 2026 10:00  crm-main    somecrm  3      1            2 contact  crm-main.42 crm-main.43
`,
    );
    expect((await run(['deliveries', '--day', '2026-05-01'])).out).toBe('No deliveries on 2026-05-01 (UTC).\n');
  });

  it('lists what is in quarantine, and what to do', async () => {
    expect((await run(['quarantine'])).out).toBe(
      `d-1.1  4 May 2026 10:00  crm-main  account.unknown
  no connection has account 77; add it under "connections"

After the cause is mended: npx stagepost replay <id>
`,
    );
    expect((await run(['quarantine', '--all'])).out).toContain(
      'd-0.1  4 May 2026 09:59  crm-main  json.broken\n  the body is not JSON\n  replayed by ada, 4 May 2026 10:00\n  its body was kept for 30 days and is gone: nothing to replay\n',
    );
  });

  it('has a deal looked at again, in the name of the user', async () => {
    const { code, out, acted } = await run(['retry', 'crm-main.42'], { userName: 'Łukasz Zoë' });
    expect([code, out]).toEqual([0, 'every worker looks at crm-main.42 again now\n']);
    expect(acted).toEqual(['retry crm-main.42 by Łukasz Zoë']);
  });

  it('replays in the name of whoever is named, and says why it could not', async () => {
    const { code, errors, acted } = await run(['replay', 'd-7.1', '--as', 'Ben']);
    expect([code, errors]).toEqual([1, 'Nothing in quarantine has the id "d-7.1".\n']);
    expect(acted).toEqual(['replay d-7.1 by Ben']);
  });

  it('shows a contract and approves exactly what it showed', async () => {
    const { code, out, acted } = await run(['approve', 'crm-main.42', '1']);
    expect(out).toBe(
      'Contract 1: Contract for Fabrikam\n  1. Dmitri Sokolov <dmitri@example.com>, legal\n\ncontract 1 is approved and goes out now\n',
    );
    expect([code, acted]).toEqual([0, ['approve crm-main.42 1 abc123 by ada']]);
  });

  it('tells programs what was approved', async () => {
    const { out } = await run(['approve', 'crm-main.42', '1', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      sentence: 'contract 1 is approved and goes out now',
      contract: { n: 1, inputsHash: 'abc123' },
    });
  });

  it('voids a contract for a reason', async () => {
    const { code, out, acted } = await run(['void', 'crm-main.42', '1', '--reason', 'wrong price', '--as', 'Ben']);
    expect([code, out]).toEqual([0, 'contract 1 is voided now\n']);
    expect(acted).toEqual(['void crm-main.42 1 for wrong price by Ben']);
  });

  it('shows what mapping the history again would change, and changes nothing', async () => {
    const { out, acted } = await run(['remap', 'crm-main.42']);
    expect(out).toBe(
      `CRM STAGE  MEANT    MEANS        TRANSITION
1099       unknown  procurement  t/3

one transition would change
To make it so: npx stagepost remap crm-main.42 --apply
`,
    );
    expect(acted).toEqual([]);
    expect((await run(['remap', 'crm-main.43'])).out).toBe('one transition would change\n');
  });

  it('maps the history again when told to', async () => {
    const { out, acted } = await run(['remap', 'crm-main.42', '--apply']);
    expect(out.split('\n').slice(-2)).toEqual(['one transition mapped again', '']);
    expect(acted).toEqual(['remap crm-main.42 by ada']);
    expect(JSON.parse((await run(['remap', 'crm-main.42', '--json'])).out)).toEqual({
      sentence: 'one transition would change',
      changes,
    });
  });

  it('checks the sample configuration', async () => {
    const { code, out, asked } = await run(['config', 'check']);
    expect(out).toBe(
      'stagepost.config.yaml is right: 3 connections (hubspot-main: live, salesforce-main: live, docusign-main: live), 4 pipelines, 3 contracts, 2 plays.\n',
    );
    expect([code, asked]).toEqual([0, []]);
  });

  it('says what is wrong with a configuration, and fails', async () => {
    const { code, out } = await run(['config', 'check', 'package.json']);
    expect(code).toBe(1);
    expect(out).toContain('package.json:2:3  name\n  wrong: "name" is not known here\n');
    expect(out).toContain('nothing was applied.\n');
  });

  it.each([[[]], [['help']], [['--help']], [['deal', '-h']]])('helps when asked: %j', async (args) => {
    const { code, out, errors } = await run(args);
    expect([code, errors]).toEqual([0, '']);
    expect(out.split('\n')[0]).toBe('Stagepost: deals, their contracts and their tasks, as the hub knows them.');
  });

  it.each([
    [['dels'], 'There is no command "dels".\nDid you mean "deals"? See: npx stagepost help\n'],
    [['config'], 'There is no command "config".\nDid you mean "config check"? See: npx stagepost help\n'],
    [['fly'], 'There is no command "fly".\nSee: npx stagepost help\n'],
    [['constructor'], 'There is no command "constructor".\nSee: npx stagepost help\n'],
    [['deal'], '"deal" needs an id.\nWrite: npx stagepost deal <deal id> [--json]\n'],
    [['deal', 'a', 'b'], '"deal" has too many words.\nWrite: npx stagepost deal <deal id> [--json]\n'],
    [
      ['approve', 'crm-main.42'],
      '"approve" needs the id of a deal and the number of one of its contracts.\nWrite: npx stagepost approve <deal id> <contract number> [--as <name>]\n',
    ],
    [
      ['approve', 'crm-main.42', 'one'],
      '"one" is not the number of a contract.\nSee: npx stagepost deal crm-main.42\n',
    ],
    [
      ['approve', 'crm-main.42', '2'],
      'Contract 2 is planned: there is no draft to approve yet.\nSee: npx stagepost deal crm-main.42\n',
    ],
    [['approve', 'crm-main.42', '3'], 'Deal crm-main.42 has no contract 3.\nSee: npx stagepost deal crm-main.42\n'],
    [
      ['void', 'crm-main.42', '1'],
      '"void" needs a reason; whoever was asked to sign reads it.\nWrite: npx stagepost void crm-main.42 1 --reason "..."\n',
    ],
    [['deals', '--colour'], "Unknown option '--colour'.\nSee: npx stagepost help\n"],
    [['trace'], '"trace" needs an id.\nWrite: npx stagepost trace <delivery id> [--day YYYY-MM-DD] [--json]\n'],
    [['trace', 'd-1', '--day', 'Monday'], '"Monday" is not a day; write YYYY-MM-DD (UTC).\n'],
    [
      ['trace', 'd-1', '--day', '2026-05-04'],
      'There is no delivery "d-1" on 2026-05-04 (UTC); name its day with --day, or look for it: `npx stagepost deliveries` lists the ids. A webhook that was refused has none; `npx stagepost connections` shows the last.\n',
    ],
    [['deals', '--limit', '0'], 'The limit is a whole number from 1 to 500.\n'],
    [
      ['retry', 'crm-main.42', '--as', '<b>'],
      'Say who does this: send the header x-stagepost-actor with a name of at most 80 letters.\n',
    ],
  ])('says what is wrong with %j', async (args, expected) => {
    const { code, out, errors } = await run(args);
    expect([code, out, errors]).toEqual([1, '', expected]);
  });

  it('says that no hub is running, and how to start one', async () => {
    const { code, errors } = await run(['deals'], { fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect([code, errors]).toEqual([
      1,
      'No hub is running at http://127.0.0.1:4200.\nStart it in another terminal with: npm start\nIf it runs at another address, name it: STAGEPOST_URL=http://127.0.0.1:5200 npx stagepost ...\n',
    ]);
  });

  it('says that the hub is slow', async () => {
    const { errors } = await run(['deals'], { fetch: () => Promise.reject(new DOMException('x', 'TimeoutError')) });
    expect(errors).toBe('The hub at http://127.0.0.1:4200 did not answer within 15 seconds.\nTry again.\n');
  });

  it('says that something else is at the address', async () => {
    const { errors } = await run(['deals'], { fetch: async () => new Response('<html>', { status: 404 }) });
    expect(errors.split('\n')[0]).toBe('What answers at http://127.0.0.1:4200 is not a hub (status 404).');
  });

  it.each([
    [{ STAGEPOST_PORT: '5200' }, 'http://127.0.0.1:5200/api/deals'],
    [{ STAGEPOST_URL: 'http://localhost:6000/', STAGEPOST_PORT: '5200' }, 'http://localhost:6000/api/deals'],
    [{ STAGEPOST_URL: '' }, 'http://127.0.0.1:4200/api/deals'],
  ])('asks the hub that %j names', async (variables, expected) => {
    expect((await run(['deals'], { variables: variables as unknown as Record<string, string> })).asked[0]).toBe(
      expected,
    );
  });

  it('refuses an address that is none', async () => {
    const { code, errors } = await run(['deals'], { variables: { STAGEPOST_URL: '4200' } });
    expect([code, errors]).toEqual([
      1,
      'STAGEPOST_URL is "4200", which is no address.\nWrite e.g. http://127.0.0.1:4200\n',
    ]);
  });

  it('does not hide a defect of its own', async () => {
    const broken: typeof fetch = async () => Response.json({ deals: 'none' });
    await expect(run(['deals'], { fetch: broken })).rejects.toThrow(TypeError);
  });
});
