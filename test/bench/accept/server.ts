import type { ConnectionPolicy } from '../../../src/domain/policies.ts';
import type { Cloud } from '../../../src/local/cloud/cloud.ts';
import { INBOX_QUEUE } from '../../../src/topology.ts';
import type { Emptied, MemoryUse, ServerRequest } from './messages.ts';

export const SIGNING_KEY = 'a-client-secret-of-the-usual-length-36';
export const CONNECTION: ConnectionPolicy = {
  id: 'hubspot-main',
  provider: 'hubspot',
  role: 'crm',
  mode: 'live',
  effectsFromMs: 0,
  settings: {},
};
export const WEBHOOK_PATH = '/webhooks/hubspot/hubspot-main';

/** The folder for state that the bench named when it started this process; undefined: in memory. */
export function stateFolder(): string | undefined {
  return process.argv[2];
}

let lastCpu = process.cpuUsage();
const MB = 1_000_000;

/** What every server process answers to the bench. */
export async function answerServerRequest(request: ServerRequest, cloud: Cloud): Promise<Emptied | MemoryUse> {
  if (request.ask === 'memory') {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    return { rssMb: rss / MB, heapMb: heapUsed / MB };
  }
  const rssMb = process.memoryUsage.rss() / MB;
  const { user, system } = process.cpuUsage(lastCpu);
  const messages = await emptyQueue(cloud);
  lastCpu = process.cpuUsage();
  return { messages, cpuMs: (user + system) / 1000, rssMb };
}

/** Takes everything out of the inbox, as a consumer would. */
async function emptyQueue(cloud: Cloud): Promise<number> {
  const queue = cloud.queue(INBOX_QUEUE);
  const { ready } = queue.counts();
  let taken = 0;
  while (taken < ready) {
    const messages = await queue.receive(10, AbortSignal.timeout(1_000));
    if (messages.length === 0) break;
    queue.delete(messages.map(({ receiptHandle }) => receiptHandle));
    taken += messages.length;
  }
  return taken;
}
