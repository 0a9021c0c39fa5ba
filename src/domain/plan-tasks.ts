import { addBusinessDays, calendarDateOf, zonedTimeToMs } from './calendar.ts';
import { holds } from './conditions.ts';
import type { DealFacts, DealOwner } from './deal-facts.ts';
import type { PlannedTask } from './plan.ts';
import type { Calendar, OwnerRule, Play, TaskTemplate } from './policies.ts';
import { interpolate } from './sources.ts';

/**
 * The tasks that a play brings for this deal, in the order of the template: keys, texts, owners with the reason why,
 * and due dates in business days of the company's calendar. The same input always gives the same tasks.
 *
 * @param input.startMs when the plan starts to count; tasks without prerequisites count from this day
 * @param input.resolveOwner whom the CRM knows under a rule; undefined when nobody
 */
export function planTasks(input: {
  readonly play: Play;
  readonly facts: DealFacts;
  readonly calendar: Calendar;
  readonly startMs: number;
  readonly resolveOwner: (rule: OwnerRule) => DealOwner | undefined;
}): readonly PlannedTask[] {
  const { play, facts, calendar, startMs, resolveOwner } = input;
  const present = play.tasks.filter((task) => task.when === undefined || holds(task.when, facts));
  const prerequisites = prerequisitesOf(play.tasks, present);
  const startDate = calendarDateOf(startMs, calendar.timeZone);
  const due = dueDates(present, prerequisites, startDate, calendar);
  // A task is worth having without the company's name; it says what is missing.
  const text = (template: string) =>
    interpolate(template, facts, calendar.timeZone, (name) => `(${name} is empty)`).text;
  return present.map((task): PlannedTask => {
    const dueDate = due(task.key);
    return {
      taskKey: task.key,
      title: text(task.title),
      body: text(task.body),
      priority: task.priority,
      ...ownerOf(task, resolveOwner),
      dueAtMs: zonedTimeToMs(dueDate, calendar.dueHour, calendar.timeZone),
      dueDate,
      after: prerequisites.get(task.key) ?? [],
    };
  });
}

/** Prerequisites among the tasks that are there: one whose condition does not hold hands on its own. */
function prerequisitesOf(
  all: readonly TaskTemplate[],
  present: readonly TaskTemplate[],
): ReadonlyMap<string, readonly string[]> {
  const templates = new Map(all.map((task) => [task.key, task]));
  const there = new Set(present.map((task) => task.key));
  const collect = (key: string, seen: Set<string>): string[] =>
    (templates.get(key)?.after ?? []).flatMap((before) => {
      if (there.has(before)) return before === key ? [] : [before];
      if (seen.has(before)) return [];
      seen.add(before);
      return collect(before, seen);
    });
  return new Map(
    present.map((task) => [task.key, [...new Set(collect(task.key, new Set()))].filter((key) => key !== task.key)]),
  );
}

/** Each date once; a circle, which the configuration refuses, is cut where it closes instead of turning for ever. */
function dueDates(
  present: readonly TaskTemplate[],
  prerequisites: ReadonlyMap<string, readonly string[]>,
  startDate: string,
  calendar: Calendar,
): (key: string) => string {
  const days = new Map(present.map((task) => [task.key, task.dueInBusinessDays]));
  const known = new Map<string, string>();
  const open = new Set<string>();
  const due = (key: string): string => {
    const date = known.get(key);
    if (date !== undefined) return date;
    open.add(key);
    const before = (prerequisites.get(key) ?? []).filter((each) => !open.has(each)).map(due);
    open.delete(key);
    const from = before.reduce((latest, each) => (each > latest ? each : latest), startDate);
    const result = addBusinessDays(from, days.get(key) ?? 0, calendar);
    known.set(key, result);
    return result;
  };
  return due;
}

function ownerOf(
  task: TaskTemplate,
  resolveOwner: (rule: OwnerRule) => DealOwner | undefined,
): Pick<PlannedTask, 'ownerId' | 'ownerName' | 'ownerWhy'> {
  const passedOver: string[] = [];
  for (const rule of task.owner) {
    const owner = resolveOwner(rule);
    const because = passedOver.length === 0 ? '' : `, because ${passedOver.join(' and ')}`;
    if (owner?.active) {
      return { ownerId: owner.id, ownerName: owner.name, ownerWhy: `${owner.name} is ${roleOf(rule)}${because}` };
    }
    passedOver.push(owner === undefined ? missing(rule) : `${owner.name} (${roleOf(rule)}) is not active in the CRM`);
  }
  const why = passedOver.length === 0 ? 'the play names nobody' : passedOver.join(' and ');
  return { ownerWhy: `nobody owns this task: ${why}; assign it in the CRM` };
}

function roleOf(rule: OwnerRule): string {
  if ('dealOwner' in rule) return 'the owner of the deal';
  return 'email' in rule ? `named by the play (${rule.email})` : `named by property ${rule.property} of the deal`;
}

function missing(rule: OwnerRule): string {
  if ('dealOwner' in rule) return 'the deal has no owner';
  return 'email' in rule
    ? `the CRM has no user ${rule.email}`
    : `property ${rule.property} of the deal names no user of the CRM`;
}
