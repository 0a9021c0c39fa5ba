import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DealState } from '../../src/crm/hubspot/simulator/deal-state.ts';
import type { SimEnvelope, SimMail } from '../../src/esign/docusign/simulator/state.ts';
import { until } from '../../src/local/play/until.ts';

/** What `npm start` starts, in a process of its own that can be killed. */
export interface HubProcess {
  readonly pid: number;
  output(): string;
  /** Resolves with the exit code, or the name of the signal. */
  readonly ended: Promise<number | string>;
  /** Waits until the process has written this. */
  says(text: string): Promise<void>;
  send(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'): void;
}

export interface HubAddresses {
  readonly port: number;
  readonly hub: string;
  readonly hubspot: string;
  readonly docusign: string;
}

/** A state folder and ports of its own; all processes are killed and everything is removed in the end. */
export interface Place {
  readonly folder: string;
  readonly addresses: HubAddresses;
  start(folder?: string, port?: number): HubProcess;
}

/** Lends a test a place, so that tests of one file can run side by side. */
export async function inPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'stagepost-process-'));
  const processes: HubProcess[] = [];
  try {
    const addresses = await freePorts();
    await test({
      folder,
      addresses,
      start(state = folder, port = addresses.port) {
        const hub = startHubProcess(state, port);
        processes.push(hub);
        return hub;
      },
    });
  } finally {
    for (const each of processes) each.send('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nothing that the person at this machine has set for real accounts reaches a hub that a test starts. */
function sandboxEnvironment(folder: string, port: number): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('STAGEPOST_'));
  return {
    ...Object.fromEntries(own),
    STAGEPOST_CONFIG: 'stagepost.config.yaml',
    STAGEPOST_SANDBOX_ONLY: '1',
    STAGEPOST_STATE: folder,
    STAGEPOST_PORT: String(port),
  };
}

function startHubProcess(folder: string, port: number): HubProcess {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/local/start.ts'], {
    env: sandboxEnvironment(folder, port),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    async says(text) {
      const isOver = () => child.exitCode !== null || child.signalCode !== null;
      await until(`the hub says "${text}"; it said: ${output}`, () => {
        if (output.includes(text)) return true;
        if (isOver()) throw new Error(`the hub ended before it said "${text}"; it said:\n${output}`);
        return undefined;
      });
    },
    send: (signal) => void child.kill(signal),
  };
}

/** Four neighbouring ports that are free now. */
export async function freePorts(): Promise<HubAddresses> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([port, port + 1, port + 2, port + 3].map(isFree));
    if (!free.every(Boolean)) continue;
    const [hub, hubspot, docusign] = [port, port + 1, port + 2].map((each) => `http://127.0.0.1:${each}`);
    return { port, hub: hub ?? '', hubspot: hubspot ?? '', docusign: docusign ?? '' };
  }
  throw new Error('no four free ports in a row were found on this machine');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** The simulators of a hub in another process, worked through their JSON addresses. */
export interface RemoteSandbox {
  envelopes(): Promise<readonly SimEnvelope[]>;
  mails(): Promise<readonly SimMail[]>;
  sign(envelopeId: string, recipientId: string): Promise<void>;
  deals(): Promise<readonly DealState[]>;
  addEsignFault(fault: Readonly<Record<string, unknown>>): Promise<void>;
}

export function remoteSandbox({ hubspot, docusign }: HubAddresses): RemoteSandbox {
  async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
    const response = await fetch(url, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
  return {
    envelopes: () => call('GET', `${docusign}/_sandbox/api/envelopes`),
    mails: () => call('GET', `${docusign}/_sandbox/api/mails`),
    sign: (id, recipient) => call('POST', `${docusign}/_sandbox/api/envelopes/${id}/recipients/${recipient}/sign`),
    deals: () => call('GET', `${hubspot}/_sandbox/api/deals`),
    addEsignFault: (fault) => call('POST', `${docusign}/_sandbox/api/faults`, fault),
  };
}
