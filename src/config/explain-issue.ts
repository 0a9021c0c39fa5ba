import type * as z from 'zod';
import type { Finding } from './config-problem.ts';
import { suggest } from './did-you-mean.ts';
import { type JsonSchema, knownKeys } from './json-schema.ts';
import { type Path, valueAt } from './path.ts';

type Issue = z.core.$ZodIssue;

/** Turns what the schema library found into what a person can act on. */
export function explainIssue(issue: Issue, data: unknown, schema: JsonSchema): readonly Finding[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const value = valueAt(data, path);
  const ours = ownMessage(issue.message);

  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, data, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      atKey: true,
      wrong: `"${key}" is not known here`,
      right: suggest(key, known, 'known here'),
    }));
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    const words = (first === undefined ? undefined : ownMessage(first.message)) ?? {
      wrong: 'not a possible name',
      right: '',
    };
    return [{ path, atKey: true, ...words }];
  }
  if (value === undefined || value === null) return [missing(path, issue, value === null)];
  if (ours !== undefined) return [{ path, ...ours }];

  switch (issue.code) {
    case 'invalid_type':
      return [
        { path, wrong: `this is ${describe(value)}`, right: `write ${EXPECTED[issue.expected] ?? issue.expected}` },
      ];
    case 'invalid_value':
      return [
        { path, wrong: `${shown(value)} is not possible here`, right: suggestOne(value, issue.values.map(String)) },
      ];
    case 'invalid_union': {
      const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
      if (options.length === 0) return [{ path, wrong: `${shown(value)} is not possible here`, right: issue.message }];
      return [{ path, wrong: `${shown(value)} is not possible here`, right: suggestOne(value, options) }];
    }
    case 'too_small':
      return [
        { path, wrong: `${shown(value)} is too small or too short`, right: `the least is ${String(issue.minimum)}` },
      ];
    case 'too_big':
      return [
        { path, wrong: `${shown(value)} is too large or too long`, right: `the most is ${String(issue.maximum)}` },
      ];
    default:
      // Messages of providers' own schemas say what would be right.
      return [{ path, wrong: `${shown(value)} is not possible here`, right: issue.message }];
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text (in quotes if it looks like a number)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list (lines that begin with "- ")',
  object: 'a block of "name: value" lines',
  record: 'a block of "name: value" lines',
};

function missing(path: Path, issue: Issue, isEmpty: boolean): Finding {
  const name = String(path.at(-1) ?? 'the file');
  const what = expectedOf(issue);
  if (isEmpty) {
    return {
      path,
      wrong: `"${name}" has no value`,
      right: `write ${what} behind it, or remove the line if it is optional`,
    };
  }
  return { path, wrong: `"${name}" is missing`, right: `add "${name}": ${what}` };
}

function expectedOf(issue: Issue): string {
  if (issue.code === 'invalid_type') return EXPECTED[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', or ');
  if (issue.code !== 'invalid_union') return 'a value';
  if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String).join(', or ');
  return ownMessage(issue.message)?.right ?? (issue.message === 'Invalid input' ? 'a value' : issue.message);
}

function suggestOne(value: unknown, options: readonly string[]): string {
  return options.length === 1 ? `write ${options[0]}` : suggest(String(value), options, 'write one of');
}

function ownMessage(message: string): { wrong: string; right: string } | undefined {
  const [wrong, right] = message.split('\n');
  return wrong === undefined || right === undefined ? undefined : { wrong, right };
}

function shown(value: unknown): string {
  if (typeof value === 'object') return describe(value);
  const text = String(value);
  return `"${text.length > 60 ? `${text.slice(0, 60)}...` : text}"`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a block';
  if (typeof value === 'string') return `the text ${shown(value)}`;
  return typeof value === 'boolean' ? `"${String(value)}"` : `the number ${String(value)}`;
}
