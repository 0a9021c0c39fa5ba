import { describe, expect, it } from 'vitest';
import { changed, problemsOf } from './test-load.ts';

describe('loadConfigFile', () => {
  it.each<[string, string, string, string[]]>([
    [
      'a value of the wrong type',
      '        dueInBusinessDays: 2',
      '        dueInBusinessDays: soon',
      [
        '41:28 plays[0].tasks[0].dueInBusinessDays | this is not possible here | write a whole number from 0 to 365 (business days, counted from the start or from the tasks in "after")',
      ],
    ],
    [
      'a condition on a pipeline that does not exist',
      '    stage: implementation',
      '    stage: implementation\n    when: { pipelines: [default] }',
      [
        '38:25 plays[0].when.pipelines[0] | pipeline default is not under "pipelines" | write one of the ids under "pipelines": 75012345',
      ],
    ],
    [
      'an amount that cannot be',
      '    stage: implementation',
      '    stage: implementation\n    when: { amount: { atLeast: 10, below: 10 } }',
      ['38:13 plays[0].when.amount | no amount is at least this and below that | make "atLeast" smaller than "below"'],
    ],
    [
      'a prerequisite that does not exist',
      '        after: [kickoff]',
      '        after: [kikoff]',
      ['45:17 plays[0].tasks[1].after[0] | there is no task "kikoff" in this play | did you mean "kickoff"?'],
    ],
    [
      'a task that waits for itself',
      '        after: [kickoff]',
      '        after: [training]',
      ['45:17 plays[0].tasks[1].after[0] | a task cannot come after itself | write one of: kickoff'],
    ],
    [
      'tasks that wait for each other',
      '        dueInBusinessDays: 2',
      '        dueInBusinessDays: 2\n        after: [training]',
      [
        '42:9 plays[0].tasks[0].after | these tasks wait for each other: kickoff after training after kickoff | remove one of these "after"',
      ],
    ],
    [
      'a task key that is used twice',
      '      - key: training',
      '      - key: kickoff',
      [
        '42:14 plays[0].tasks[1].key | there are two tasks with the key "kickoff" | give each its own key',
        '45:17 plays[0].tasks[1].after[0] | a task cannot come after itself | remove it',
      ],
    ],
    [
      'a name that is used twice',
      'plays:',
      'plays:\n  - { name: onboarding, stage: expansion, tasks: [{ key: a, title: A, dueInBusinessDays: 1 }] }',
      ['37:11 plays[1].name | there are two plays named "onboarding" | give each its own name'],
    ],
    [
      'a name that cannot become a key',
      '  - name: onboarding',
      '  - name: On Boarding',
      [
        '36:11 plays[0].name | this is not usable as the name of a play | use 1 to 40 lower-case letters, digits and hyphens, e.g. "emea-standard"',
      ],
    ],
  ])('refuses %s', async (_, line, by, expected) => {
    expect(await problemsOf(changed(line, by))).toEqual(expected);
  });
});
