import { posix } from 'node:path';
import { type Scanned, scanSource } from './scan-source.ts';

export interface Import {
  /** As written: `./deal.ts`, `node:path`, `@aws-sdk/client-sqs`. */
  readonly specifier: string;
  /** Our own file (path from the root) or a package's name; `node:` modules keep their prefix. */
  readonly target: string;
  readonly isFile: boolean;
  /** `import type`, `export type`: gone at run time. */
  readonly typeOnly: boolean;
  readonly form: 'import' | 'export' | 'dynamic';
  /** What stands between `import` and `from`. */
  readonly clause: string;
}

export interface SourceFile extends Scanned {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly imports: readonly Import[];
}

/** All files that the rules look at, by path. */
export type Repository = ReadonlyMap<string, SourceFile>;

const STATIC =
  /\b(import|export)(\s+type\b(?!\s*,)(?!\s+from\b))?\s*((?:\*\s*(?:as\s+[\w$]+)?|[\w$\s,*]*\{[^{}]*\}|[\w$\s,*]+?)\s*from\s*)?"(\d+)"/g;
const DYNAMIC = /\bimport\s*\(\s*"(\d+)"/g;

/** A file with its imports; relative ones are resolved against the file's own folder. */
export function readSourceFile(path: string, source: string): SourceFile {
  const scanned = scanSource(source);
  const imports: Import[] = [];
  const add = (index: string | undefined, rest: Pick<Import, 'typeOnly' | 'form' | 'clause'>): void => {
    const specifier = scanned.strings[Number(index)]?.text;
    if (specifier !== undefined) imports.push({ specifier, ...resolve(path, specifier), ...rest });
  };
  for (const [, keyword, type, from, index] of scanned.code.matchAll(STATIC)) {
    // `export const x = "..."` has no `from`; only `import "..."` does without.
    if (from === undefined && keyword === 'export') continue;
    add(index, {
      typeOnly: type !== undefined,
      form: keyword === 'export' ? 'export' : 'import',
      clause: (from ?? '').replace(/\s*from\s*$/, '').trim(),
    });
  }
  for (const [, index] of scanned.code.matchAll(DYNAMIC)) add(index, { typeOnly: false, form: 'dynamic', clause: '' });
  return { path, ...scanned, imports };
}

function resolve(from: string, specifier: string): Pick<Import, 'target' | 'isFile'> {
  if (specifier.startsWith('.')) {
    return { target: posix.normalize(posix.join(posix.dirname(from), specifier)), isFile: true };
  }
  if (specifier.startsWith('node:')) return { target: specifier, isFile: false };
  const [first = '', second = ''] = specifier.split('/');
  return { target: first.startsWith('@') ? `${first}/${second}` : first, isFile: false };
}

/** A repository out of sources, for tests of the rules. */
export function repositoryOf(sources: Readonly<Record<string, string>>): Repository {
  return new Map(Object.entries(sources).map(([path, source]) => [path, readSourceFile(path, source)]));
}

/**
 * Everything that a file reaches at run time, files and packages, each with the way to it as `a > b > c`.
 * The shortest way is given; the file itself is not part of the answer.
 */
export function reachedFrom(repository: Repository, start: string): ReadonlyMap<string, string> {
  const ways = new Map<string, string>();
  const queue: [string, string][] = [[start, start]];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [path, way] = next;
    for (const { target, typeOnly } of repository.get(path)?.imports ?? []) {
      if (typeOnly || target === start || ways.has(target)) continue;
      ways.set(target, `${way} > ${target}`);
      queue.push([target, `${way} > ${target}`]);
    }
  }
  return ways;
}
