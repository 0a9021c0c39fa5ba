/**
 * `npm run e2e:aws`: deploys to an emulator of AWS on this machine, plays, reads back, destroys. Exit code 0 when all is
 * as it should be, 1 when something is not, 3 when this machine lacks what the emulator needs. The last line is JSON.
 */
import './only-loopback.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { startSandbox } from '../../src/local/sandbox/sandbox.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { checkGuard } from './check-guard.ts';
import { createEmulatedDeps } from './deploy-deps.ts';
import { startEmulator } from './emulator.ts';
import { installEmulator } from './install-emulator.ts';
import { Lacking } from './lacking.ts';
import { moveIn } from './place.ts';
import { writeSampleConfig } from './sample-config.ts';
import { PREFIX, playScenario } from './scenario.ts';
import { createSteps } from './steps.ts';

const FAILED = 1;
const NOT_POSSIBLE_HERE = 3;
const LINES_SHOWN = 20;
const say = (line: string) => process.stdout.write(`${line}\n`);

/** Answers the exit code. What is started is put on the list of what has to be stopped, latest last. */
async function run(folder: string, stops: (() => Promise<void>)[]): Promise<number> {
  const startedAtMs = performance.now();
  const steps = createSteps(say);
  let cdkLog: string | undefined;
  let emulatorLog: string | undefined;
  try {
    const commands = await steps.step('MiniStack and the AWS CLI are installed', installEmulator);
    const place = await moveIn(folder, commands);
    const emulator = await steps.step('MiniStack answers', () => startEmulator(place, folder));
    stops.push(() => emulator.stop());
    emulatorLog = emulator.logFile;
    await steps.step('nothing but this machine can be reached from here', checkGuard);
    const sandbox = await steps.step('simulators of HubSpot, Salesforce and DocuSign', () =>
      startSandbox({
        folder: undefined,
        clock: systemClock,
        random: Math.random,
        ports: { hubspot: 0, docusign: 0, salesforce: 0 },
        timeScale: 60,
      }),
    );
    stops.push(() => sandbox.stop());
    Object.assign(process.env, {
      STAGEPOST_NAME: PREFIX,
      STAGEPOST_CONFIG: await writeSampleConfig(folder, sandbox),
      STAGEPOST_ALARM_EMAIL: 'on-call@example.com',
    });
    const deps = createEmulatedDeps(folder, () => {});
    cdkLog = deps.cdkLog;
    const counts = await playScenario({ steps, deps, sandbox, folder });
    for (const difference of deps.differences) say(`Not as at AWS: ${difference}.`);
    const seconds = Math.round((performance.now() - startedAtMs) / 100) / 10;
    say(JSON.stringify({ e2e: 'passed', steps: steps.done, ...counts, seconds }));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Lacking) {
      say(`Not possible here: ${message}`);
      say(JSON.stringify({ e2e: 'skipped', lacks: error.what }));
      return NOT_POSSIBLE_HERE;
    }
    say(await endOf(cdkLog, () => true));
    // Between these are a line per message and per event, and nothing of them is wrong.
    say(await endOf(emulatorLog, (line) => /\b(?:WARNING|ERROR)\b|"level":"(?:warn|error)"/.test(line)));
    say(`FAILED: ${message}`);
    say(JSON.stringify({ e2e: 'failed', steps: steps.done, problem: message }));
    return FAILED;
  }
}

async function endOf(file: string | undefined, isTelling: (line: string) => boolean): Promise<string> {
  if (file === undefined) return '';
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.trimEnd().split('\n').filter(isTelling).slice(-LINES_SHOWN);
  return ['', `The end of ${basename(file)}:`, ...lines].join('\n');
}

const folder = await mkdtemp(join(tmpdir(), 'stagepost-e2e-'));
const stops: (() => Promise<void>)[] = [];
let isStopping = false;

/** Everything that was started is ended, whatever happened; nothing stays on disk but what was installed. */
async function leave(code: number): Promise<never> {
  if (!isStopping) {
    isStopping = true;
    for (const stop of stops.toReversed()) await stop().catch((error: unknown) => say(`Not stopped: ${String(error)}`));
    await rm(folder, { recursive: true, force: true });
  }
  process.exit(code);
}

process.once('SIGINT', () => void leave(130));
process.once('SIGTERM', () => void leave(143));
await leave(await run(folder, stops));
