import type { Faults } from '../../../local/sandbox-kit/faults.ts';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createWebhookSender, type WebhookSender } from '../../../local/sandbox-kit/webhook-sender.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { DealEvent, Emit } from './model.ts';
import type { SwitchBoard } from './switches.ts';
import { subscriptionType, type WebhookEvent, webhookEvent } from './webhook-events.ts';
import { webhookSignatureV1, webhookSignatureV3 } from './webhook-signature.ts';

/** Events in one request, and how long HubSpot waits for the answer (HubSpot "Webhooks API"). */
const BATCH_LIMIT = 100;
const DEADLINE_MS = 5000;
const CONCURRENCY = 10;
/** Ten retries within a day; the true spacing is not published. */
const RETRY_DELAYS_MINUTES = [1, 5, 15, 30, 60, 120, 180, 240, 300, 480];
/** Retries of one event are told apart by this much when they get ids of their own. */
const RETRY_ID_STEP = 1_000_000_000;

export interface Webhooks {
  readonly emit: Emit;
  readonly sender: WebhookSender;
  url(): string | undefined;
  setUrl(url: string | undefined): void;
  /** Hands collected events to the sender now. */
  flush(): void;
  /** Runs without telling anybody. */
  silently<T>(work: () => T): T;
  start(): void;
  stop(): Promise<void>;
}

export function createWebhooks(options: {
  storage: SandboxStorage;
  clock: Clock;
  faults: Faults;
  random: () => number;
  switches: SwitchBoard;
  portalId: number;
  appId: number;
  clientSecret: string;
  url: string | undefined;
  timeScale: number;
}): Webhooks {
  const { storage, clock, faults, random, switches, portalId, appId, clientSecret, timeScale } = options;
  // Kept on disk, so that a process that dies while it collects loses nothing.
  const collected = storage.records<WebhookEvent>('webhook-collected');
  const subscriptions = storage.records<number>('webhook-subscription');
  let url = options.url;
  let silent = false;
  let timer: NodeJS.Timeout | undefined;

  const sender = createWebhookSender({
    storage,
    clock,
    faults,
    timeoutMs: DEADLINE_MS,
    retryDelaysMs: RETRY_DELAYS_MINUTES.map((minutes) => (minutes * 60_000 * (0.9 + 0.2 * random())) / timeScale),
    isAccepted: (status) => status >= 200 && status < 300,
    concurrency: CONCURRENCY,
    build(webhook, nowMs) {
      const isNew = switches.get().eventIdOnRetry === 'new';
      const events = (webhook.payload as WebhookEvent[]).map((event) => ({
        ...event,
        eventId: event.eventId + (isNew ? webhook.attempt * RETRY_ID_STEP : 0),
        attemptNumber: webhook.attempt,
      }));
      const body = JSON.stringify(events);
      return {
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)',
          'x-hubspot-signature-version': 'v1',
          'x-hubspot-signature': webhookSignatureV1(clientSecret, body),
          'x-hubspot-request-timestamp': String(nowMs),
          'x-hubspot-signature-v3': webhookSignatureV3(clientSecret, webhook.url, body, nowMs),
        },
      };
    },
  });

  function subscriptionId(event: DealEvent, format: 'classic' | 'generic'): number {
    const name = `${subscriptionType(event, format)}/${event.kind === 'propertyChange' ? event.property : ''}`;
    const known = subscriptions.get(name);
    if (known !== undefined) return known;
    const id = storage.nextNumber('webhook-subscription', 2_900_001);
    subscriptions.set(name, id);
    return id;
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const entries = collected.entries();
    for (let start = 0; start < entries.length; start += BATCH_LIMIT) {
      const batch = entries.slice(start, start + BATCH_LIMIT);
      const payload = batch.map(([, event]) => event);
      // Without an address the events are kept back no longer: an app without a target gets nothing.
      if (url !== undefined) sender.enqueue({ name: nameOf(payload), url, payload });
      for (const [key] of batch) collected.delete(key);
    }
  }

  return {
    sender,
    flush,
    url: () => url,
    setUrl(next) {
      url = next;
    },
    emit(event) {
      const { webhooks, subscribedProperties, format, occurredAtSkewMs, coalesceMs } = switches.get();
      if (silent || !webhooks || url === undefined) return;
      if (event.kind === 'propertyChange' && !subscribedProperties.includes(event.property)) return;
      const isTwofold = format === 'both' && event.kind !== 'privacyDeletion';
      for (const each of isTwofold ? (['classic', 'generic'] as const) : [format === 'both' ? 'classic' : format]) {
        const eventId = storage.nextNumber('webhook-event', 100_000_001);
        const context = { portalId, appId, eventId, skewMs: occurredAtSkewMs };
        collected.set(
          String(eventId),
          webhookEvent(event, each, { ...context, subscriptionId: subscriptionId(event, each) }),
        );
      }
      timer ??= setTimeout(flush, coalesceMs);
    },
    silently(work) {
      const before = silent;
      silent = true;
      try {
        return work();
      } finally {
        silent = before;
      }
    },
    start() {
      flush();
      sender.start();
    },
    async stop() {
      flush();
      await sender.stop();
    },
  };
}

/** What faults and the log call the request: its stage change if it has one, else its first event. */
function nameOf(events: readonly WebhookEvent[]): string {
  const named = (event: WebhookEvent) =>
    event.propertyName === undefined ? event.subscriptionType : `${event.subscriptionType}:${event.propertyName}`;
  const telling = events.find((event) => event.propertyName === 'dealstage') ?? events[0];
  return telling === undefined ? '' : named(telling);
}
