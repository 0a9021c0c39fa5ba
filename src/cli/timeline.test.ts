import { describe, expect, it } from 'vitest';
import { timelineOf } from '../console/timeline.ts';
import { formatDeal, formatTimeline } from './format-deal.ts';
import { SAMPLE_DEAL } from './sample-deal.ts';
import { waitingOf } from './waiting.ts';

const page = { timeZone: 'Europe/Berlin', width: 110 };

describe('timelineOf', () => {
  it('tells everything that happened and every decision, oldest first', () => {
    const rows = timelineOf(SAMPLE_DEAL).map(({ atMs, kind, text, note }) =>
      [new Date(atMs).toISOString().slice(5, 19), kind, text, note ?? ''].join(' | '),
    );
    expect(rows).toEqual([
      '05-02T07:30:00 | stage | entered negotiation (CRM stage 1005 in pipeline 7) | ',
      '05-02T07:30:05 | plan | plan discovery: 1 task | the deal entered negotiation on 2 May 2026',
      '05-02T07:30:06 | task | task "Write down what Fabrikam needs" for Carla Reyes, due 7 May 2026: created in the CRM | first choice of the template',
      '05-02T08:00:00 | crm | crm-main says: association contacts changed | ',
      '05-02T09:00:00 | crm | read of crm-main: the deal is in CRM stage 1005 | ',
      '05-02T10:00:00 | crm | the record 41 was merged into 42 | ',
      '05-02T11:00:00 | crm | other-crm says: record 006 entered CRM stage Won | ',
      '05-03T12:05:00 | stage | entered procurement (CRM stage 1006 in pipeline 7) | we were told 3 hours later',
      '05-03T12:05:02 | contract | contract 1 planned: the deal entered procurement on 3 May 2026 (rehearsal) | ',
      '05-03T12:05:03 | contract | contract 1 drafting: making the draft | ',
      '05-03T12:05:05 | contract | contract 1 sent | ',
      '05-03T12:06:00 | write-back | fields: held (only observed: nothing is done outside) | the CRM refuses the fields; grant the scope crm.objects.deals.write',
      '05-03T13:00:00 | contract | contract 1: Dmitri Sokolov (legal) is done with it | ',
      '05-03T13:10:00 | contract | contract 1 Dmitri Sokolov (legal): declined | ',
      '05-03T13:20:00 | contract | contract 1 was looked at | ',
      '05-03T13:30:00 | contract | contract 1: recipient 9 declined: not mine | ',
      '05-03T13:40:00 | contract | sign-main says something impossible | refused: envelope e-0 is not the one of contract 1',
      '05-03T14:00:00 | contract | contract 1 held: the amount changed after sending | void the contract, or leave it',
      '05-04T06:00:00 | stage | entered CRM stage 1099 in pipeline 7, which is not mapped | ',
      '05-04T06:00:01 | decision | effects wait: CRM stage 1099 is not mapped | map 1099 under "pipelines"',
    ]);
  });

  it('keeps a decision whose remedy is told nowhere else', () => {
    const [first] = SAMPLE_DEAL.decisions;
    const decisions = first === undefined ? [] : [{ ...first, remedy: 'look at it' }];
    const rows = timelineOf({ ...SAMPLE_DEAL, decisions });
    expect(rows.filter((row) => row.kind === 'decision')).toEqual([
      {
        atMs: Date.parse('2026-05-03T12:05:02Z'),
        kind: 'decision',
        text: 'the deal entered procurement on 3 May 2026',
        note: 'look at it',
      },
    ]);
  });

  it('puts what happened before what was made of it at the same moment', () => {
    const [decision] = SAMPLE_DEAL.decisions.slice(1);
    const atMs = Date.parse('2026-05-04T06:00:00Z');
    const items = { ...SAMPLE_DEAL, decisions: decision === undefined ? [] : [{ ...decision, atMs }] };
    expect(
      timelineOf(items)
        .filter((row) => row.atMs === atMs)
        .map((row) => row.kind),
    ).toEqual(['stage', 'decision']);
  });

  it('of a deal that only exists is empty', () => {
    const { deal: _, ...none } = SAMPLE_DEAL;
    const empty = { ...none, signals: [], contracts: [], plans: [], tasks: [], writes: [], decisions: [] };
    expect(timelineOf(empty)).toEqual([]);
    expect(formatDeal(empty, page)).toBe('This deal has no record.\n');
  });
});

describe('waitingOf', () => {
  it('names what is held, and what would mend it', () => {
    expect(waitingOf(SAMPLE_DEAL).map(({ what, sentence, remedy }) => [what, sentence, remedy])).toEqual([
      ['contract 1', 'the amount changed after sending', 'void the contract, or leave it'],
      ['write-back fields', 'the CRM refuses the fields', 'grant the scope crm.objects.deals.write'],
    ]);
  });

  it('names contracts that wait for approval', () => {
    const contracts = SAMPLE_DEAL.contracts.map(({ hold: _, ...contract }) => ({
      ...contract,
      state: 'awaiting-approval' as const,
    }));
    expect(waitingOf({ ...SAMPLE_DEAL, contracts, writes: [] })).toEqual([
      {
        what: 'contract 1',
        sentence: 'it waits for approval before anything is sent',
        remedy: 'npx stagepost approve crm-main.42 1, or npx stagepost void crm-main.42 1 --reason "..."',
        sinceMs: Date.parse('2026-05-03T14:00:00Z'),
      },
    ]);
  });
});

describe('formatDeal', () => {
  it('shows the deal, what it waits for and its history under the days', () => {
    const text = formatDeal(SAMPLE_DEAL, page);
    expect(text.slice(0, text.indexOf('14:05:02  contract '))).toBe(`Fabrikam rollout  [crm-main.42]
  stage: unknown since 4 May 2026 08:00
  amount: 120,000.00 EUR
  CRM: https://crm.example.com/42

Waiting
  ! contract 1, since 3 May 2026 16:00: the amount changed after sending
    to do: void the contract, or leave it
  ! write-back fields, since 3 May 2026 14:06: the CRM refuses the fields
    to do: grant the scope crm.objects.deals.write

2 May 2026
09:30:00  stage       entered negotiation (CRM stage 1005 in pipeline 7)
09:30:05  plan        plan discovery: 1 task
                      (the deal entered negotiation on 2 May 2026)
09:30:06  task        task "Write down what Fabrikam needs" for Carla Reyes, due 7 May 2026: created in the
                      CRM
                      (first choice of the template)
10:00:00  crm         crm-main says: association contacts changed
11:00:00  crm         read of crm-main: the deal is in CRM stage 1005
12:00:00  crm         the record 41 was merged into 42
13:00:00  crm         other-crm says: record 006 entered CRM stage Won

3 May 2026
14:05:00  stage       entered procurement (CRM stage 1006 in pipeline 7)
                      (we were told 3 hours later)
`);
  });

  it('does not let text from outside move the cursor', () => {
    const rows = [{ atMs: 0, kind: 'crm' as const, text: 'a\u001b[2Jb\u0007\u202ec', note: 'd\re' }];
    expect(formatTimeline(rows, { ...page, timeZone: 'UTC' })).toEqual([
      '1 January 1970',
      '00:00:00  crm         a [2Jb c',
      '                      (d e)',
    ]);
  });
});
