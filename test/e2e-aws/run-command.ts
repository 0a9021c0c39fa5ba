import { execFile } from 'node:child_process';

export interface Ran {
  /** Exit code; undefined when there is no such command. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const LARGEST_ANSWER_BYTES = 20_000_000;

/** Runs a command to its end, without a terminal. Never throws. */
export function runCommand(command: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(command, [...args], { maxBuffer: LARGEST_ANSWER_BYTES }, (error, stdout, stderr) => {
      const failed = typeof error?.code === 'number' ? error.code : 1;
      resolve({ code: error === null ? 0 : error.code === 'ENOENT' ? undefined : failed, stdout, stderr });
    });
    child.stdin?.end();
  });
}
