import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from './place.ts';

const SCRIPT = fileURLToPath(new URL('python/emulator.py', import.meta.url));
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 200;

export interface Emulator {
  readonly logFile: string;
  /** Ends it and every function that it started. */
  stop(): Promise<void>;
}

/** Starts MiniStack on loopback and waits until it answers. Throws an Error with the end of its log when it does not. */
export async function startEmulator({ endpoint, emulatorVariables }: Place, folder: string): Promise<Emulator> {
  const logFile = join(folder, 'emulator.log');
  const log = openSync(logFile, 'w');
  const child = spawn('python', [SCRIPT], {
    // A group of its own, so that it and its functions can be ended together.
    detached: true,
    // What it has of standard input is our end of it: it stops when we do.
    stdio: ['pipe', log, log],
    cwd: folder,
    env: emulatorVariables,
  });
  closeSync(log);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let isRunning = true;
  void exited.then(() => {
    isRunning = false;
  });

  async function stop(): Promise<void> {
    child.stdin?.destroy();
    endGroup(child.pid);
    await exited;
  }

  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS && isRunning; waitedMs += LOOK_EVERY_MS) {
    if (await answers(`${endpoint}/_ministack/health`)) return { logFile, stop };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  await stop();
  const said = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-15).join('\n');
  throw new Error(`The emulator does not start. The end of its log:\n${said}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** There is nothing in it that would have to be kept. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
