import { checkPlaceholders } from './check-contracts.ts';
import type { Finding } from './config-problem.ts';
import { suggest } from './did-you-mean.ts';
import type { Located, Parts, PlayView } from './read-parts.ts';
import { twice } from './twice.ts';

/** What must fit together inside each play: keys, prerequisites, texts. */
export function checkPlays(parts: Parts): readonly Finding[] {
  return parts.plays.flatMap((play) => [...keysTwice(play), ...prerequisites(play), ...circles(play), ...texts(play)]);
}

function keysTwice({ path, value }: Located<PlayView>): readonly Finding[] {
  const located = value.tasks.map((each, index) => ({ path: [...path, 'tasks', index, 'key'], value: each }));
  return twice(located, (each) => each.key).map((each) => ({
    path: each.path,
    wrong: `there are two tasks with the key "${each.value.key}"`,
    right: 'give each its own key',
  }));
}

function prerequisites({ path, value }: Located<PlayView>): readonly Finding[] {
  return value.tasks.flatMap((task, index) => {
    const others = keysOf(value).filter((key) => key !== task.key);
    return task.after.flatMap((key, position) => {
      if (key === undefined || others.includes(key)) return [];
      const wrong = key === task.key ? 'a task cannot come after itself' : `there is no task "${key}" in this play`;
      const right = suggest(key, others, others.length === 0 ? 'remove it' : 'write one of');
      return [{ path: [...path, 'tasks', index, 'after', position], wrong, right }];
    });
  });
}

function keysOf(play: PlayView): readonly string[] {
  return play.tasks.map((each) => each.key).filter((key) => key !== undefined);
}

/** Each circle is told once, at its first task in the order of the file. */
function circles({ path, value }: Located<PlayView>): readonly Finding[] {
  const afterOf = new Map(value.tasks.map((task) => [task.key, task.after.filter((key) => key !== undefined)]));
  const finished = new Set<string>();
  const findings: Finding[] = [];

  function visit(key: string, route: readonly string[]): void {
    const start = route.indexOf(key);
    if (start >= 0) {
      const circle = route.slice(start);
      const index = value.tasks.findIndex((task) => circle.includes(task.key ?? ''));
      const first = value.tasks[index]?.key ?? key;
      const turn = circle.indexOf(first);
      const shown = [...circle.slice(turn), ...circle.slice(0, turn), first].join(' after ');
      const right = 'remove one of these "after"';
      findings.push({
        path: [...path, 'tasks', index, 'after'],
        wrong: `these tasks wait for each other: ${shown}`,
        right,
      });
      return;
    }
    if (finished.has(key)) return;
    for (const next of afterOf.get(key) ?? []) if (next !== key) visit(next, [...route, key]);
    finished.add(key);
  }

  for (const key of keysOf(value)) visit(key, []);
  return findings;
}

function texts({ path, value }: Located<PlayView>): readonly Finding[] {
  return value.tasks.flatMap((task, index) => [
    ...checkPlaceholders(task.title, [...path, 'tasks', index, 'title']),
    ...checkPlaceholders(task.body, [...path, 'tasks', index, 'body']),
  ]);
}
