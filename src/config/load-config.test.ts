import { describe, expect, it } from 'vitest';
import { formatProblems } from './format-problems.ts';
import { loadConfigFile } from './load-config.ts';
import { changed, load, problemsOf } from './test-load.ts';
import { SMALL_CONFIG, testProviders } from './test-providers.ts';

describe('loadConfigFile', () => {
  it('gives the configuration with every default written out', async () => {
    expect(await load(SMALL_CONFIG)).toEqual({
      ok: true,
      config: {
        v: 1,
        publicUrl: 'https://hooks.example.com',
        company: 'Northwind',
        calendar: { timeZone: 'Europe/Berlin', holidays: [], dueHour: 17 },
        connections: [
          {
            id: 'crm-main',
            provider: 'somecrm',
            role: 'crm',
            mode: 'observe',
            effectsFromMs: 1793491200000,
            settings: { org: 'org-1', region: 'eu' },
          },
          {
            id: 'sign-main',
            provider: 'somesign',
            role: 'esign',
            mode: 'observe',
            effectsFromMs: 0,
            settings: { account: 'acc-1' },
          },
        ],
        pipelines: [
          {
            connectionId: 'crm-main',
            pipelineId: '75012345',
            stages: { '1001': 'negotiation', '1002': 'procurement', '1003': 'implementation' },
          },
        ],
        contracts: [
          {
            name: 'standard',
            when: {},
            esignConnectionId: 'sign-main',
            subject: 'Agreement',
            message: '',
            documents: [{ name: 'Terms', template: 'template-1' }],
            recipients: [{ role: 'customer', kind: 'signer', routingOrder: 1, owner: true }],
            fields: [],
            reminders: undefined,
            expiresAfterDays: 120,
            approval: 'none',
            reEntry: 'keep',
            goingBack: 'void',
            lost: 'void',
            deleted: 'keep',
            declined: 'ask',
            expired: 'ask',
            voidedOutside: 'ask',
            passedThrough: 'ask',
            attachSigned: true,
          },
        ],
        plays: [
          {
            name: 'onboarding',
            stage: 'implementation',
            when: {},
            repeat: 'once',
            needsSignedContract: false,
            whenDealGoesBack: 'pause',
            tasks: [
              {
                key: 'kickoff',
                title: 'Kick-off',
                body: '',
                priority: 'medium',
                owner: [{ dealOwner: true }],
                dueInBusinessDays: 2,
                after: [],
              },
              {
                key: 'training',
                title: 'Training',
                body: '',
                priority: 'medium',
                owner: [{ dealOwner: true }],
                dueInBusinessDays: 5,
                after: ['kickoff'],
              },
            ],
          },
        ],
        maxEntryAgeDays: 30,
      },
    });
  });

  it('gives everything that can be said', async () => {
    const text = SMALL_CONFIG.replace('publicUrl: https://hooks.example.com', 'publicUrl: http://127.0.0.1:4200/')
      .replace(
        '    provider: somecrm\n',
        '    provider: somecrm\n    mode: rehearse\n    rehearseTo: ops@example.com\n    secret: keys/crm\n',
      )
      .replace('2026-11-01T00:00:00Z', '2026-11-01T00:00:00+01:00')
      .replace(
        '    subject: Agreement\n',
        `    subject: Agreement with {{company.name}}
    when:
      pipelines: [75012345]
      amount: { atLeast: 1000, below: 50000.5 }
      currency: [EUR]
      properties:
        tier: [gold, 1, true]
    fields:
      - { tab: Value, from: deal.amount, format: money }
      - { tab: Note, from: deal.property.note_1, required: false }
    reminders: { firstAfterDays: 3, everyDays: 2 }
    afterSigning:
      advanceTo: { stage: 1003, pipeline: 75012345 }
      attach: false
`,
      )
      .replace(
        '        template: template-1\n',
        `        template: 5
      - name: Own terms
        file: terms.pdf
      - name: Annex
        file: ./docs/annex.pdf
        when: { currency: [USD] }
`,
      )
      .replace(
        '        owner: true\n',
        `        contact: { label: Contract signer, orPrimary: true }
      - role: Legal approver
        kind: approver
        order: 2
        fixed: { name: Dmitri, email: dmitri@example.com }
`,
      )
      .replace('        template: 5\n', '        template: "5"\n');
    const result = await load(text);
    expect(result).toMatchObject({ ok: true });
    const config = result.ok ? result.config : undefined;
    expect(config?.publicUrl).toBe('http://127.0.0.1:4200');
    expect(config?.connections[0]).toEqual({
      id: 'crm-main',
      provider: 'somecrm',
      role: 'crm',
      mode: 'rehearse',
      rehearseTo: 'ops@example.com',
      secret: 'keys/crm',
      effectsFromMs: 1793487600000,
      settings: { org: 'org-1', region: 'eu' },
    });
    expect(config?.contracts[0]).toMatchObject({
      when: {
        pipelines: ['75012345'],
        amount: { atLeast: 1000, below: 50000.5 },
        currency: ['EUR'],
        properties: { tier: ['gold', '1', 'true'] },
      },
      documents: [
        { name: 'Terms', template: '5' },
        { name: 'Own terms', file: 'terms.pdf' },
        { name: 'Annex', file: './docs/annex.pdf', when: { currency: ['USD'] } },
      ],
      recipients: [
        { role: 'customer', kind: 'signer', routingOrder: 1, contact: { label: 'Contract signer', orPrimary: true } },
        {
          role: 'Legal approver',
          kind: 'approver',
          routingOrder: 2,
          fixed: { name: 'Dmitri', email: 'dmitri@example.com' },
        },
      ],
      fields: [
        { tab: 'Value', from: 'deal.amount', format: 'money', required: true },
        { tab: 'Note', from: 'deal.property.note_1', required: false },
      ],
      reminders: { firstAfterDays: 3, everyDays: 2 },
      advanceTo: { stageId: '1003', pipelineId: '75012345' },
      attachSigned: false,
    });
  });

  it('tells all problems at once, in the order of the file', async () => {
    const text = SMALL_CONFIG.replace('Europe/Berlin', 'Mars')
      .replace('provider: somecrm', 'provider: somecrm\n    mode: liv')
      .replace('esign: sign-main', 'esign: sing-main')
      .replace('kind: signer', 'kind: singer')
      .replace('after: [kickoff]', 'after: [kickof]\n        prio: high');
    expect((await problemsOf(text)).map((each) => each.split(' | ')[0])).toEqual([
      '5:13 company.timeZone',
      '9:11 connections.crm-main.mode',
      '26:12 contracts[0].esign',
      '33:15 contracts[0].recipients[0].kind',
      '46:17 plays[0].tasks[1].after[0]',
      '47:9 plays[0].tasks[1].prio',
    ]);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['an empty file', '', '1:1  | the file holds no configuration | start with "version: 1"'],
    ['a list', '- 1', '1:1  | the file holds no configuration | start with "version: 1"'],
    ['broken YAML', 'version: 1\ncompany: {name: [}\n', '2:18  | not valid YAML: '],
    ['a tab', 'version: 1\ncompany:\n\tname: x\n', '3:1  | a tab is used for indentation | indent with spaces'],
    ['a key twice', 'version: 1\nversion: 1\n', '2:1  | a key is given twice in the same block | keep one of the two'],
    ['a tag', 'version: !!js/function 1\n', '1:10  | not valid YAML: '],
    ['two documents', 'version: 1\n---\nversion: 1\n', '2:1  | the file holds several YAML documents | '],
    ['a file that is not text', Uint8Array.of(0xff, 0xfe, 0), '1:1  | the file is not UTF-8 text | save it as UTF-8'],
    ['a file that is too large', ' '.repeat(300_001), '1:1  | the file is larger than 300 KB | shorten it'],
  ])('refuses %s', async (_, text, expected) => {
    const [first] = await problemsOf(text);
    expect(first?.slice(0, expected.length)).toBe(expected);
  });

  it('refuses aliases that grow beyond all measure, quickly', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    expect(await problemsOf(lines.join('\n'))).toEqual([
      '1:1  | the file has more than 20000 values | use fewer aliases, or split what is repeated',
    ]);
  });

  it.each([
    ['an alias of itself', 'a: &a [*a]', '1:1  | the file is nested more than 20 levels deep'],
    ['deep nesting', `a: ${'['.repeat(200)}${']'.repeat(200)}`, '1:1  | the file is nested more than 20 levels deep'],
    [
      'an alias of nothing',
      'a: *nothing',
      '1:4 a | "*nothing" repeats something that the file does not have | mark what it should repeat with "&nothing"',
    ],
  ])('refuses %s', async (_, text, expected) => {
    const problems = await problemsOf(text);
    expect(problems.filter((each) => each.startsWith(expected))).toHaveLength(1);
  });

  it('understands aliases', async () => {
    const text = SMALL_CONFIG.replace('[kickoff]', '&first [kickoff]').concat(
      '      - { key: golive, title: Go live, dueInBusinessDays: 1, after: *first }\n',
    );
    const result = await load(text);
    expect(result.ok && result.config.plays[0]?.tasks[2]?.after).toEqual(['kickoff']);
  });

  it('points at the use of an alias when what it repeats is wrong there', async () => {
    const text = SMALL_CONFIG.replace('[kickoff]', '&first [kickoff]').concat(
      '  - { name: other, stage: lost, tasks: [{ key: a, title: A, dueInBusinessDays: 1, after: *first }] }\n',
    );
    expect((await problemsOf(text)).map((each) => each.split(' | ').slice(0, 2).join(' | '))).toEqual([
      '46:27 plays[1].stage | "lost" is not possible here',
      '46:83 plays[1].tasks[0].after[0] | there is no task "kickoff" in this play',
    ]);
  });

  it('says so when the file itself cannot be read', async () => {
    const result = await loadConfigFile('/etc/hub/none.yaml', {
      providers: testProviders,
      readBytes: () => Promise.reject(new Error('ENOENT')),
    });
    expect(result).toEqual({
      ok: false,
      problems: [
        {
          file: '/etc/hub/none.yaml',
          line: 1,
          column: 1,
          path: '',
          wrong: 'the file cannot be read',
          right: 'check the name of the file, and that you may read it',
        },
      ],
    });
  });
});

describe('formatProblems', () => {
  it('shows place, what is wrong and what would be right', async () => {
    const result = await load(changed('  name: Northwind', '  nam: Northwind'));
    expect(result.ok ? '' : formatProblems(result.problems)).toBe(`/etc/hub/hub.yaml:3:1  company.name
  wrong: "name" is missing
  right: add "name": text (in quotes if it looks like a number)

/etc/hub/hub.yaml:4:3  company.nam
  wrong: "nam" is not known here
  right: did you mean "name"?

2 problems; nothing was applied.
`);
  });
});
