import { startChild } from '../child.ts';
import type { Figure } from '../figure.ts';
import { type Load, loadServer } from './accept-figures.ts';
import type { MemoryUse, ServerReady } from './messages.ts';

const REQUESTS = 2_500;
const MOST_OVER_MB = 40;

/** Memory after the same load on two fresh processes, the accepted messages still in their queues. */
export async function memoryFigures(load: Load): Promise<readonly Figure[]> {
  const use: (MemoryUse & { readonly loadedMb: number })[] = [];
  for (const script of ['./accept/serve-hub.ts', './accept/serve-floor.ts']) {
    const server = await startChild<ServerReady>(script);
    const { rssMb: loadedMb } = await loadServer(load, server, {
      clients: 32,
      durationMs: 20_000,
      maxRequests: REQUESTS,
    });
    use.push({ ...(await server.ask<MemoryUse>({ ask: 'memory' })), loadedMb });
    await server.stop();
  }
  const [hub, floor] = use;
  if (hub === undefined || floor === undefined) throw new Error('both processes are needed');
  const over = hub.loadedMb - floor.loadedMb;
  return [
    {
      figure: `memory of the accepting process after ${REQUESTS} webhooks`,
      unit: 'MB',
      value: hub.loadedMb,
      floor: floor.loadedMb,
      ratio: hub.loadedMb / floor.loadedMb,
      aim: `at most ${MOST_OVER_MB} MB over the floor`,
      meetsAim: over <= MOST_OVER_MB,
      note: `${over.toFixed(0)} MB over`,
    },
    {
      figure: 'heap in use after that, garbage collected',
      unit: 'MB',
      value: hub.heapMb,
      floor: floor.heapMb,
      ratio: hub.heapMb / floor.heapMb,
    },
  ];
}
