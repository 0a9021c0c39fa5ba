import { type Context, Hono } from 'hono';
import type { ActionResult } from '../actions/action-parts.ts';
import type { RemapResult } from '../actions/remap-deal.ts';
import { isHubError } from '../domain/errors.ts';
import type { HubConfig } from '../domain/policies.ts';
import { isStage, STAGES } from '../domain/stages.ts';
import type { Clock } from '../platform/clock.ts';
import type { HubStore } from '../store/hub-store.ts';
import { dayUtc, latestDaysUtc } from '../store/keys.ts';
import { timeOfId } from '../store/time-of-id.ts';
import { connectionRow } from './connection-row.ts';
import { dealRow } from './deal-row.ts';
import { actorOf, namedActor, sameMachineOnly } from './same-machine.ts';
import { type TraceStore, traceDelivery } from './trace.ts';

export type ConsoleStore = Pick<
  HubStore,
  'listDeals' | 'loadDealItems' | 'listDeliveries' | 'listQuarantine' | 'loadConnectionNote'
> &
  TraceStore;

/** What a person may do here; every action has an actor. What a host leaves out is answered with 404. */
export interface ConsoleActions {
  retry(dealId: string, who: string): Promise<ActionResult>;
  replay(quarantineId: string, who: string): Promise<ActionResult>;
  /** Approves the draft that was shown, which `inputsHash` names. */
  approve?(dealId: string, n: number, inputsHash: string, who: string): Promise<ActionResult>;
  void?(dealId: string, n: number, reason: string, who: string): Promise<ActionResult>;
  previewRemap?(dealId: string): Promise<RemapResult>;
  remap?(dealId: string, who: string): Promise<RemapResult>;
}

export interface ConsoleApiDeps {
  readonly store: ConsoleStore;
  readonly actions: ConsoleActions;
  readonly clock: Clock;
  readonly config: () => Promise<HubConfig>;
  /**
   * Who may ask. `same-machine`: it is served over a port, to this machine. `own-process`: it is called in the process
   * of whoever asks, and reaches only what that person's own rights reach.
   */
  readonly reach?: 'same-machine' | 'own-process';
  /** Hears of every failure before it is answered. */
  readonly onFailure?: (error: unknown) => void;
}

const LIST_DEFAULT = 50;
const LIST_MOST = 500;
const DELIVERY_DAYS = 2;
/** As long as it is known that something came; what came is kept for the first 30 of them. */
const QUARANTINE_DAYS = 60;

/**
 * What ops can see and do, as JSON under `/api`. For this machine only, unless told otherwise (see `sameMachineOnly`);
 * `POST` needs the header `x-stagepost-actor`. Errors are `{ error: { code, sentence } }`.
 */
export function createConsoleApi(deps: ConsoleApiDeps): Hono {
  const { store, actions, clock, config, reach = 'same-machine', onFailure } = deps;
  const app = new Hono().basePath('/api');

  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
    c.header('x-content-type-options', 'nosniff');
  });
  if (reach === 'same-machine') app.use(sameMachineOnly());
  app.use(namedActor());

  app.get('/health', (c) => c.json({ ok: true, name: 'stagepost' }));

  app.get('/connections', async (c) => {
    const { connections } = await config();
    return c.json({ connections: await Promise.all(connections.map((each) => connectionRow(each, store))) });
  });

  app.get('/deals', async (c) => {
    const stage = c.req.query('stage');
    if (stage !== undefined && !isStage(stage)) {
      return failed(c, 400, 'stage.unknown', `"${stage}" is not a stage; write one of: ${STAGES.join(', ')}`);
    }
    const limit = limitOf(c);
    if (limit === undefined) return wrongLimit(c);
    const deals = await store.listDeals(stage, limit);
    return c.json({ deals: deals.map(dealRow) });
  });

  app.get('/deals/:dealId', async (c) => {
    const dealId = c.req.param('dealId');
    const items = await store.loadDealItems(dealId);
    if (items.deal === undefined) return failed(c, 404, 'deal.unknown', `no deal "${dealId}"`);
    return c.json(items);
  });

  app.get('/deliveries', async (c) => {
    const limit = limitOf(c);
    if (limit === undefined) return wrongLimit(c);
    const day = c.req.query('day');
    if (day !== undefined && !isDay(day)) return wrongDay(c, day);
    const days = day === undefined ? latestDaysUtc(clock.nowMs(), DELIVERY_DAYS) : [day];
    const lists = await Promise.all(days.map((each) => store.listDeliveries(each, limit)));
    const deliveries = lists.flat().sort((a, b) => b.receivedAtMs - a.receivedAtMs);
    return c.json({ days, deliveries: deliveries.slice(0, limit) });
  });

  app.get('/deliveries/:id/trace', async (c) => {
    const id = c.req.param('id');
    const day = c.req.query('day');
    if (day !== undefined && !isDay(day)) return wrongDay(c, day);
    const days = day === undefined ? latestDaysUtc(clock.nowMs(), DELIVERY_DAYS) : [day];
    const trace = await traceDelivery(id, days, store);
    return trace === undefined
      ? failed(c, 404, 'delivery.unknown', unknownDelivery(id, days, clock.nowMs()))
      : c.json(trace);
  });

  app.get('/quarantine', async (c) => {
    const entries = await store.listQuarantine(latestDaysUtc(clock.nowMs(), QUARANTINE_DAYS));
    const open = c.req.query('all') === '1' ? entries : entries.filter((each) => each.resolvedAtMs === undefined);
    // The delivery's bytes stay where they are; the excerpt is enough to see what is wrong.
    return c.json({ days: QUARANTINE_DAYS, entries: open.map(({ delivery: _, ...entry }) => entry) });
  });

  app.post('/deals/:dealId/retry', async (c) => acted(c, await actions.retry(c.req.param('dealId'), who(c))));
  app.post('/quarantine/:id/replay', async (c) => acted(c, await actions.replay(c.req.param('id'), who(c))));

  app.post('/deals/:dealId/contracts/:n/approve', async (c) => {
    const n = contractNumber(c.req.param('n'));
    if (n === undefined || actions.approve === undefined) return nothingHere(c);
    const inputsHash = await textIn(c, 'inputsHash');
    if (inputsHash === undefined) {
      const sentence = 'say which draft you saw: send JSON with the "inputsHash" of the contract as it was shown';
      return failed(c, 400, 'inputs-hash.missing', sentence);
    }
    return acted(c, await actions.approve(c.req.param('dealId'), n, inputsHash, who(c)));
  });
  app.post('/deals/:dealId/contracts/:n/void', async (c) => {
    const n = contractNumber(c.req.param('n'));
    if (n === undefined || actions.void === undefined) return nothingHere(c);
    const reason = await textIn(c, 'reason');
    if (reason === undefined) {
      return failed(c, 400, 'reason.missing', 'say why: send JSON with a "reason"; whoever was asked to sign reads it');
    }
    return acted(c, await actions.void(c.req.param('dealId'), n, reason, who(c)));
  });
  app.get('/deals/:dealId/remap', async (c) =>
    actions.previewRemap === undefined
      ? nothingHere(c)
      : remapped(c, await actions.previewRemap(c.req.param('dealId'))),
  );
  app.post('/deals/:dealId/remap', async (c) =>
    actions.remap === undefined ? nothingHere(c) : remapped(c, await actions.remap(c.req.param('dealId'), who(c))),
  );

  app.notFound(nothingHere);
  app.onError((error, c) => {
    onFailure?.(error);
    if (!isHubError(error)) {
      return failed(c, 500, 'unexpected', 'this failed unexpectedly; the log of the hub says more');
    }
    return failed(c, error.retry === 'never' ? 500 : 503, error.code, error.message);
  });
  return app;
}

function who(c: Context): string {
  return actorOf(c.req.header('x-stagepost-actor'));
}

function remapped(c: Context, result: RemapResult): Response {
  return result.ok ? c.json({ sentence: result.sentence, changes: result.changes }) : acted(c, result);
}

/** A text out of the JSON body; undefined when there is none of this name. */
async function textIn(c: Context, name: string): Promise<string | undefined> {
  try {
    const body: unknown = await c.req.json();
    const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(Date.parse(text));
}

function wrongDay(c: Context, day: string): Response {
  return failed(c, 400, 'day.wrong', `"${day}" is not a day; write YYYY-MM-DD (UTC)`);
}

/** What was accepted so lately may still be in the inbox. */
const ON_ITS_WAY_MS = 15 * 60_000;

function unknownDelivery(id: string, daysUtc: readonly string[], nowMs: number): string {
  const madeAtMs = timeOfId(id);
  const list = '`npx stagepost deliveries` lists the ids';
  if (madeAtMs === undefined) {
    const where = `there is no delivery "${id}" on ${daysUtc.join(' and ')} (UTC); name its day with --day`;
    return `${where}, or look for it: ${list}. A webhook that was refused has none; \`npx stagepost connections\` shows the last`;
  }
  const day = dayUtc(madeAtMs);
  return nowMs - madeAtMs < ON_ITS_WAY_MS
    ? `delivery "${id}" is not recorded yet: it may still wait in the inbox; ask again in a minute`
    : `there is no delivery "${id}"; ${list}, those of its day with --day ${day}. They are kept for 90 days`;
}

function contractNumber(text: string): number | undefined {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function nothingHere(c: Context): Response {
  return failed(c, 404, 'path.unknown', 'there is nothing at this address');
}

function acted(c: Context, result: ActionResult): Response {
  if (result.ok) return c.json({ sentence: result.sentence });
  return failed(c, result.code.endsWith('.unknown') ? 404 : 409, result.code, result.sentence);
}

function failed(c: Context, status: 400 | 404 | 409 | 500 | 503, code: string, sentence: string): Response {
  return c.json({ error: { code, sentence } }, status);
}

function limitOf(c: Context): number | undefined {
  const text = c.req.query('limit') ?? String(LIST_DEFAULT);
  const limit = Number(text);
  return /^\d{1,4}$/.test(text) && limit >= 1 && limit <= LIST_MOST ? limit : undefined;
}

function wrongLimit(c: Context): Response {
  return failed(c, 400, 'limit.wrong', `the limit is a whole number from 1 to ${LIST_MOST}`);
}
