import { Hono } from 'hono';
import { type ConnectConfigurations, configurationView } from './connect-configurations.ts';
import type { ConnectLog, ConnectLogEntry } from './connect-log.ts';
import { readJsonBody } from './request-body.ts';
import { wireTime } from './wire-time.ts';
import type { World } from './world.ts';

export interface ConnectRoutesOptions {
  readonly world: World;
  readonly configurations: ConnectConfigurations;
  readonly log: ConnectLog;
  /** Sends what waits at once. */
  readonly hurry: () => void;
}

/** Everything under /restapi/v2.1/accounts/{accountId}/connect. */
export function connectRoutes({ world, configurations, log, hurry }: ConnectRoutesOptions): Hono {
  const logView = (entry: ConnectLogEntry) => ({
    logId: entry.logId,
    accountId: world.accountId,
    configUrl: entry.url,
    connectId: String(entry.configurationId),
    created: wireTime(entry.atMs),
    envelopeId: entry.envelopeId,
    status: entry.accepted ? 'Successful' : 'Failed',
    error: entry.accepted ? '' : `HTTP status ${entry.status}`,
    retryCount: String(entry.attempt),
  });
  const page = (entries: readonly ConnectLogEntry[]) => entries.slice(-100).map(logView);

  const app = new Hono();
  app.post('/', async (context) =>
    context.json(configurationView(configurations.create(await readJsonBody(context))), 201),
  );
  app.put('/', async (context) => context.json(configurationView(configurations.update(await readJsonBody(context)))));
  app.get('/', (context) => {
    const all = configurations.list();
    return context.json({ configurations: all.map(configurationView), totalRecords: String(all.length) });
  });
  app.get('/logs', (context) => {
    const entries = page(log.list());
    return context.json({ logs: entries, totalRecords: String(entries.length), type: 'logs' });
  });
  app.get('/failures', (context) => {
    const entries = page(log.list().filter((entry) => !entry.accepted));
    return context.json({ failures: entries, totalRecords: String(entries.length), type: 'failures' });
  });
  app.put('/envelopes/retry_queue', (context) => {
    hurry();
    return context.json({ retryQueue: [] });
  });
  app.put('/envelopes/:envelopeId/retry_queue', (context) => {
    hurry();
    return context.json({ retryQueue: [{ envelopeId: context.req.param('envelopeId') }] });
  });
  app.get('/:connectId', (context) => {
    const found = configurations.get(context.req.param('connectId'));
    return context.json({ configurations: [configurationView(found)], totalRecords: '1' });
  });
  app.delete('/:connectId', (context) => {
    configurations.remove(context.req.param('connectId'));
    return context.json({});
  });
  return app;
}
