import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliProblem } from './cli-problem.ts';

export interface TextFile {
  /** Below the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Written {
  readonly written: readonly string[];
  /** Were there already, with the same content. */
  readonly unchanged: readonly string[];
}

/**
 * Writes all files, or none: one that is there with other content is a CliProblem that names it, unless `force`.
 * What cannot be written (a file where a folder has to be, no permission) is a CliProblem too.
 */
export async function writeFiles(folder: string, files: readonly TextFile[], force: boolean): Promise<Written> {
  const found = await Promise.all(files.map(({ path }) => contentOf(join(folder, path))));
  const unchanged = files.filter(({ text }, index) => found[index] === text);
  const different = files.filter(({ text }, index) => found[index] !== undefined && found[index] !== text);
  if (different.length > 0 && !force) {
    throw new CliProblem(
      `There are files with other content in ${folder}:\n${different.map(({ path }) => `  ${path}`).join('\n')}`,
      'Nothing was written. To replace them, add --force; to keep them, name another folder: --out <folder>',
    );
  }
  const pending = files.filter((each) => !unchanged.includes(each));
  for (const { path, text } of pending) await write(join(folder, path), text);
  return { written: pending.map(({ path }) => path), unchanged: unchanged.map(({ path }) => path) };
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw inTheWay(path, error);
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw inTheWay(path, error);
  }
}

function inTheWay(path: string, error: unknown): unknown {
  const remedy = 'Move it away, or name another folder: --out <folder>';
  switch (codeOf(error)) {
    case 'EISDIR':
      return new CliProblem(`A folder is in the way: ${path}`, remedy);
    case 'ENOTDIR':
    case 'EEXIST':
      return new CliProblem(`A file is in the way of ${path}`, remedy);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new CliProblem(`${path} may not be written.`, 'Name another folder: --out <folder>');
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, 'code') : undefined;
}
