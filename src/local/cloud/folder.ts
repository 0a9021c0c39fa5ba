import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubError } from '../../domain/errors.ts';

/** Where the embedded cloud keeps its state. */
export interface CloudFolder {
  readonly tables: string;
  readonly queues: string;
  /** Leaves our process id for whoever finds the folder taken. */
  claim(): void;
  release(): void;
  /** Turns LevelDB's refusal to open the folder into a sentence; other errors stay what they are. */
  explain(error: unknown): unknown;
}

function codes(error: unknown): readonly string[] {
  const found: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = Reflect.get(at, 'code');
    if (typeof code === 'string') found.push(code);
  }
  return found;
}

/**
 * The lock is LevelDB's own, which the operating system frees when its process dies: a dead process never blocks the
 * folder, and a reused process id never pretends to. The file only says who holds it.
 */
export function openCloudFolder(folder: string): CloudFolder {
  const pidFile = join(folder, 'pid');
  mkdirSync(join(folder, 'tables'), { recursive: true });
  return {
    tables: join(folder, 'tables'),
    queues: join(folder, 'queues'),
    claim: () => writeFileSync(pidFile, `${process.pid}\n`),
    release: () => rmSync(pidFile, { force: true }),
    explain(error) {
      if (!codes(error).includes('LEVEL_LOCKED')) return error;
      let pid = 'unknown';
      try {
        pid = readFileSync(pidFile, 'utf8').trim();
      } catch {
        // The holder has not written it yet.
      }
      return new HubError(
        'local.folder-in-use',
        `Stagepost is already running in ${folder} (process ${pid}); stop it first, or start this one with another folder.`,
        { retry: 'never', cause: error, context: { folder, pid } },
      );
    },
  };
}
