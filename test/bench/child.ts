import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the bench that answers one question at a time. */
export interface Child<Ready> {
  readonly ready: Ready;
  ask<Answer>(question: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

const ANSWER_WITHIN_MS = 60_000;

function nextMessage(child: ChildProcess, what: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(() => reject(new Error(`${what} did not answer in time`))), ANSWER_WITHIN_MS);
    const onMessage = (message: unknown) => done(() => resolve(message));
    const onExit = (code: number | null) => done(() => reject(new Error(`${what} ended by itself (code ${code})`)));
    const done = (then: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      then();
    };
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/**
 * Starts a script of this folder in a process of its own and waits until it says that it is ready. It dies with the
 * bench: a process whose parent is gone loses its channel, and then exits.
 */
export async function startChild<Ready>(script: string, args: readonly string[] = []): Promise<Child<Ready>> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [...args], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...profileArguments(script, args)],
    serialization: 'json',
  });
  const name = [script, ...args].join(' ');
  const ready = (await nextMessage(child, name)) as Ready;
  return {
    ready,
    async ask<Answer>(question: unknown) {
      const answer = nextMessage(child, name);
      child.send(question as object);
      return (await answer) as Answer;
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** With BENCH_PROFILE set to a folder, every process leaves its profile there, for the browser's developer tools. */
function profileArguments(script: string, args: readonly string[]): readonly string[] {
  const folder = process.env['BENCH_PROFILE'];
  if (folder === undefined || folder === '') return [];
  const name = [script.replaceAll(/[./]+/g, '-'), ...args.map((arg) => arg.replaceAll('/', '_'))].join('-');
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`];
}
