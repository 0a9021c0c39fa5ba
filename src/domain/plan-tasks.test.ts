import { describe, expect, test } from 'vitest';
import type { DealFacts, DealOwner } from './deal-facts.ts';
import { planTasks } from './plan-tasks.ts';
import type { OwnerRule, TaskTemplate } from './policies.ts';
import { config, facts, play, task } from './test-builders.ts';

/** Monday, 4 May 2026, 09:00 in Berlin. */
const MONDAY = Date.UTC(2026, 4, 4, 7);
const { calendar } = config();

const people: Readonly<Record<string, DealOwner>> = {
  'ines@hub.example': { id: 'o1', name: 'Ines Falk', email: 'ines@hub.example', active: true },
  'left@hub.example': { id: 'o2', name: 'Otto Alt', email: 'left@hub.example', active: false },
};

function resolveOwner(rule: OwnerRule): DealOwner | undefined {
  if ('email' in rule) return people[rule.email];
  return 'dealOwner' in rule ? people['ines@hub.example'] : undefined;
}

function plan(
  tasks: readonly TaskTemplate[],
  change: Partial<DealFacts> = {},
  startMs = MONDAY,
  resolve = resolveOwner,
) {
  return planTasks({ play: play({ tasks }), facts: facts('s7', change), calendar, startMs, resolveOwner: resolve });
}

test('says who does what until when', () => {
  expect(
    plan([
      task('kickoff', { title: 'Kick-off with {{company.name}}', body: 'Worth {{deal.amount}}', priority: 'high' }),
    ]),
  ).toEqual([
    {
      taskKey: 'kickoff',
      title: 'Kick-off with Acme',
      body: 'Worth €120,000.00',
      priority: 'high',
      ownerId: 'o1',
      ownerName: 'Ines Falk',
      ownerWhy: 'Ines Falk is the owner of the deal',
      dueAtMs: Date.UTC(2026, 4, 5, 15),
      dueDate: '2026-05-05',
      after: [],
    },
  ]);
});

test('a text whose value is missing says which', () => {
  expect(plan([task('a', { title: 'Call {{company.name}}' })], { company: undefined })[0]?.title).toBe(
    'Call (company.name is empty)',
  );
});

test('leaves out tasks whose condition does not hold', () => {
  const tasks = [task('a'), task('b', { when: { properties: { region: ['APAC'] } } })];
  expect(plan(tasks).map((each) => each.taskKey)).toEqual(['a']);
});

describe('due dates', () => {
  const dates = (tasks: readonly TaskTemplate[], startMs = MONDAY) =>
    Object.fromEntries(plan(tasks, {}, startMs).map((each) => [each.taskKey, each.dueDate]));

  test('count business days from the start, over weekend and holiday', () => {
    expect(
      dates([
        task('a', { dueInBusinessDays: 0 }),
        task('b', { dueInBusinessDays: 5 }),
        task('c', { dueInBusinessDays: 8 }),
      ]),
    ).toEqual({
      a: '2026-05-04',
      b: '2026-05-11',
      c: '2026-05-15',
    });
  });

  test('start on the day that it is in the company’s time zone', () => {
    expect(dates([task('a', { dueInBusinessDays: 1 })], Date.UTC(2026, 4, 4, 22, 30))).toEqual({ a: '2026-05-06' });
  });

  test('count from the latest of the tasks that come first, in whatever order these stand', () => {
    const tasks = [
      task('c', { after: ['b', 'a'], dueInBusinessDays: 2 }),
      task('a', { dueInBusinessDays: 1 }),
      task('b', { dueInBusinessDays: 3 }),
    ];
    expect(dates(tasks)).toEqual({ c: '2026-05-11', a: '2026-05-05', b: '2026-05-07' });
  });

  test('a task that is left out hands on what comes before it', () => {
    const tasks = [
      task('a', { dueInBusinessDays: 4 }),
      task('b', { after: ['a'], dueInBusinessDays: 10, when: { currency: ['USD'] } }),
      task('c', { after: ['b'], dueInBusinessDays: 1 }),
    ];
    expect(plan(tasks).map((each) => [each.taskKey, each.dueDate, each.after])).toEqual([
      ['a', '2026-05-08', []],
      ['c', '2026-05-11', ['a']],
    ]);
  });

  test('a circle does not turn for ever', () => {
    const circle = [task('a', { after: ['b'] }), task('b', { after: ['c'] }), task('c', { after: ['a', 'c'] })];
    expect(plan(circle).map((each) => each.taskKey)).toEqual(['a', 'b', 'c']);
    const leftOut = { when: { currency: ['USD'] } };
    const hidden = [
      task('a', { after: ['b'] }),
      task('b', { after: ['c'], ...leftOut }),
      task('c', { after: ['b'], ...leftOut }),
    ];
    expect(plan(hidden).map((each) => [each.taskKey, each.after])).toEqual([['a', []]]);
  });

  test('fall due at the same hour of the day in summer and winter', () => {
    const winter = plan([task('a', { dueInBusinessDays: 1 })], {}, Date.UTC(2026, 0, 5, 8));
    expect(winter[0]?.dueAtMs).toBe(Date.UTC(2026, 0, 6, 16));
  });

  test('a key that no task has is passed over', () => {
    expect(dates([task('a', { after: ['nobody'] })])).toEqual({ a: '2026-05-05' });
  });
});

describe('owners', () => {
  test.each<[readonly OwnerRule[], string | undefined, string]>([
    [[{ email: 'ines@hub.example' }], 'o1', 'Ines Falk is named by the play (ines@hub.example)'],
    [
      [{ email: 'left@hub.example' }, { property: 'csm' }, { dealOwner: true }],
      'o1',
      'Ines Falk is the owner of the deal, because Otto Alt (named by the play (left@hub.example)) is not active in the CRM and property csm of the deal names no user of the CRM',
    ],
    [
      [{ email: 'nobody@hub.example' }],
      undefined,
      'nobody owns this task: the CRM has no user nobody@hub.example; assign it in the CRM',
    ],
    [[], undefined, 'nobody owns this task: the play names nobody; assign it in the CRM'],
  ])('%j: %s', (owner, id, why) => {
    const [only] = plan([task('a', { owner })]);
    expect(only?.ownerId).toBe(id);
    expect(only?.ownerWhy).toBe(why);
  });
});
