/** Sends signed webhooks over kept connections, one after the other on each, and measures every answer. */
import { answerParent } from '../answer-parent.ts';
import { quantile } from '../statistics.ts';
import { openConnection } from './http-connection.ts';
import type { LoadRequest, LoadResult } from './messages.ts';
import { signedRequests } from './signed-requests.ts';

/** Signed before the clock runs; a round that sends more of them repeats itself. */
const MOST_PREPARED = 2_000;

async function makeLoad(load: LoadRequest): Promise<LoadResult> {
  const requests = signedRequests(load, Math.min(load.maxRequests, MOST_PREPARED), Date.now());
  const { hostname, port } = new URL(load.url);
  const connections = await Promise.all(
    Array.from({ length: load.clients }, () => openConnection(Number(port), hostname)),
  );
  const times: number[] = [];
  let sent = 0;
  let refused = 0;
  const began = performance.now();
  const until = began + load.durationMs;
  await Promise.all(
    connections.map(async (connection) => {
      while (sent < load.maxRequests && performance.now() < until) {
        const request = requests[sent++ % requests.length];
        if (request === undefined) throw new Error('no request was prepared');
        const at = performance.now();
        const status = await connection.exchange(request);
        if (status >= 200 && status < 300) times.push(performance.now() - at);
        else refused += 1;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const connection of connections) connection.close();
  if (times.length === 0) throw new Error(`none of ${sent} webhooks was accepted`);
  return {
    accepted: times.length,
    refused,
    seconds,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}

answerParent('ready', makeLoad, async () => {});
