import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Lacking } from './lacking.ts';
import { runCommand } from './run-command.ts';

const REQUIREMENTS = fileURLToPath(new URL('requirements.txt', import.meta.url));
/** Away with `node_modules`, and in no commit. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/stagepost-e2e', import.meta.url));

/**
 * Installs the emulator and the AWS CLI, at the versions of `requirements.txt`, into a Python environment of their own;
 * the next run finds them there. Answers the environment's folder of commands.
 * Throws Lacking when this machine has no Python for it, or pip cannot get the packages.
 */
export async function installEmulator(say: (text: string) => void): Promise<string> {
  const wanted = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex')
    .slice(0, 12);
  const folder = join(CACHE, `python-${wanted}`);
  const complete = join(folder, 'complete');
  const commands = join(folder, 'bin');
  if (existsSync(complete)) return commands;

  await refuseOldPython();
  say('Installing MiniStack and the AWS CLI (once)');
  await rm(folder, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  const venv = await runCommand('python3', ['-m', 'venv', folder]);
  if (venv.code !== 0) {
    throw new Lacking(
      'venv',
      `python3 -m venv does not work here: ${lastLine(venv)} On Debian and Ubuntu it is the package python3-venv.`,
    );
  }
  const pip = await runCommand(join(commands, 'python'), [
    ...['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--requirement', REQUIREMENTS],
  ]);
  if (pip.code !== 0) {
    throw new Lacking('pip', `pip cannot install the emulator: ${lastLine(pip)} It needs a package index.`);
  }
  await writeFile(complete, '');
  return commands;
}

async function refuseOldPython(): Promise<void> {
  const { code, stdout } = await runCommand('python3', [
    ...['-c', 'import sys; print(sys.version_info >= (3, 10), sys.version.split()[0])'],
  ]);
  if (code !== 0)
    throw new Lacking('python3', 'There is no python3 on the PATH; the emulator needs Python 3.10 or later.');
  const [isNewEnough, version] = stdout.trim().split(' ');
  if (isNewEnough !== 'True') {
    throw new Lacking('python3', `python3 is ${version}; the emulator needs Python 3.10 or later.`);
  }
}

function lastLine({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  const said = stderr.trim() === '' ? stdout : stderr;
  return said.trim().split('\n').at(-1) ?? '';
}
