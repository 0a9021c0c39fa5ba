import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startChild } from '../child.ts';
import type { Figure } from '../figure.ts';
import { median, pairRatios } from '../statistics.ts';
import type { Drained, Emptied, LoadResult, ServerReady, WholeReady } from './messages.ts';

const WARM_UP_MS = 2_500;
const ROUND_MS = 400;
const MAX_REQUESTS = 20_000;
const RECORD_IDS = ['9001', '9002', '9003'];

export type Load = Child<string>;
export type Server = Child<ServerReady>;

interface Round extends LoadResult {
  readonly perSecond: number;
  /** Of the server's process. */
  readonly cpuMicrosPerRequest: number;
}

/** Loads a server for a while. Throws when it refused, or lost what it had accepted. */
export async function loadServer(
  load: Load,
  server: Server,
  bounds: { readonly clients: number; readonly durationMs: number; readonly maxRequests?: number },
): Promise<Round & { readonly rssMb: number }> {
  await server.ask<Emptied>({ ask: 'empty' });
  const result = await load.ask<LoadResult>({
    maxRequests: MAX_REQUESTS,
    ...bounds,
    ...server.ready,
    recordIds: RECORD_IDS,
  });
  const { messages, cpuMs, rssMb } = await server.ask<Emptied>({ ask: 'empty' });
  if (result.refused > 0) throw new Error(`${result.refused} webhooks of the bench were refused`);
  if (messages !== result.accepted) {
    throw new Error(`${result.accepted} webhooks were accepted and ${messages} are in the queue`);
  }
  const perSecond = result.accepted / result.seconds;
  return { ...result, perSecond, cpuMicrosPerRequest: (cpuMs * 1000) / result.accepted, rssMb };
}

async function comparison(
  where: string,
  clients: number,
  rounds: number,
  { load, hub, floor }: { load: Load; hub: Server; floor: Server },
): Promise<readonly Figure[]> {
  const ours: Round[] = [];
  const floors: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const server of round % 2 === 0 ? [hub, floor] : [floor, hub]) {
      (server === hub ? ours : floors).push(await loadServer(load, server, { clients, durationMs: ROUND_MS }));
    }
  }
  const figure = (name: string, unit: Figure['unit'], pick: (round: Round) => number): Figure => ({
    figure: `${name}, ${clients} client${clients === 1 ? '' : 's'}, ${where}`,
    unit,
    value: median(ours.map(pick)),
    floor: median(floors.map(pick)),
    ratio: median(pairRatios(ours.map(pick), floors.map(pick))),
    rounds,
  });
  const accepted = figure('webhooks accepted', '/s', (round) => round.perSecond);
  const p99 = figure('accepted p99', 'ms', (round) => round.p99Ms);
  const cpu = figure('processor time per webhook', 'ms', (round) => round.cpuMicrosPerRequest / 1000);
  const ratio = accepted.ratio ?? 0;
  const fast = clients < 32 || accepted.value > 2_000;
  return [
    {
      ...accepted,
      aim: clients < 32 ? '>= 80 % of the floor' : '>= 80 % of the floor, > 2000/s',
      meetsAim: ratio >= 0.8 && fast,
    },
    figure('accepted p50', 'ms', (round) => round.p50Ms),
    { ...p99, ...(clients === 32 ? { aim: '< 40 ms', meetsAim: p99.value < 40 } : {}) },
    cpu,
  ];
}

/** Accepted webhooks against the bare server, in memory and on disk; consumers off. */
export async function acceptFigures(load: Load, say: (step: string) => void): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'stagepost-bench-'));
  const figures: Figure[] = [];
  try {
    for (const place of [undefined, folder]) {
      const where = place === undefined ? 'in memory' : 'on disk';
      const args = (name: string) => (place === undefined ? [] : [join(place, name)]);
      const hub = await startChild<ServerReady>('./accept/serve-hub.ts', args('hub'));
      const floor = await startChild<ServerReady>('./accept/serve-floor.ts', args('floor'));
      for (const server of [hub, floor]) await loadServer(load, server, { clients: 8, durationMs: WARM_UP_MS });
      for (const clients of place === undefined ? [1, 8, 32] : [8]) {
        say(`accepting, ${where}, ${clients} clients`);
        figures.push(...(await comparison(where, clients, place === undefined ? 12 : 10, { load, hub, floor })));
      }
      await Promise.all([hub.stop(), floor.stop()]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return figures;
}

const WHOLE_REQUESTS = 600;

/** The same with everything on: what is accepted is recorded at the same time, in the same process. */
export async function wholeFigures(load: Load): Promise<readonly Figure[]> {
  const whole = await startChild<WholeReady>('./accept/serve-whole.ts');
  await whole.ask<Drained>({});
  const began = performance.now();
  const request = { ...whole.ready, clients: 8, durationMs: 10_000, maxRequests: WHOLE_REQUESTS };
  const result = await load.ask<LoadResult>(request);
  const { recorded } = await whole.ask<Drained>({});
  const seconds = (performance.now() - began) / 1000;
  await whole.stop();
  if (recorded < result.accepted) throw new Error(`${result.accepted} were accepted and ${recorded} recorded`);
  const what = 'everything on, 8 clients, 30 deals';
  return [
    { figure: `webhooks accepted, ${what}`, unit: '/s', value: result.accepted / result.seconds },
    { figure: `accepted p99, ${what}`, unit: 'ms', value: result.p99Ms },
    { figure: `accepted and recorded, ${what}`, unit: '/s', value: recorded / seconds },
  ];
}
