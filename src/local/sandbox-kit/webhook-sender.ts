import type { Clock } from '../../platform/clock.ts';
import type { Faults } from './faults.ts';
import type { SandboxStorage } from './records.ts';

/** A webhook request that waits to be sent or sent again. */
export interface OutgoingWebhook {
  readonly id: string;
  /** For faults and the control page, e.g. `deal.propertyChange` or `envelope-completed`. */
  readonly name: string;
  readonly url: string;
  /** Opaque to the sender: the provider makes the request from it anew at every attempt (timestamps, attempt numbers). */
  readonly payload: unknown;
  /** 0 for the first attempt. */
  readonly attempt: number;
  readonly dueAtMs: number;
}

export interface SentWebhook {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly atMs: number;
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number;
  readonly accepted: boolean;
}

export interface WebhookSenderOptions {
  readonly storage: SandboxStorage;
  readonly clock: Clock;
  readonly faults: Faults;
  /** How long the provider waits for an answer. */
  readonly timeoutMs: number;
  /** Waits before attempt 1, 2, ...; after the last the webhook is given up. */
  readonly retryDelaysMs: readonly number[];
  readonly isAccepted: (status: number) => boolean;
  /** Requests in flight at once. */
  readonly concurrency: number;
  /** Builds and signs the request for this attempt. */
  readonly build: (webhook: OutgoingWebhook, nowMs: number) => { headers: Record<string, string>; body: string };
  readonly fetch?: typeof fetch;
}

export interface WebhookSender {
  enqueue(webhook: { name: string; url: string; payload: unknown; afterMs?: number }): void;
  /** Sends what is due, and keeps doing so until `stop`. */
  start(): void;
  stop(): Promise<void>;
  waiting(): readonly OutgoingWebhook[];
  given(): readonly OutgoingWebhook[];
  /** The latest 200. */
  sent(): readonly SentWebhook[];
  /** Sends what waits at once, whatever its due time. */
  hurry(): void;
}

const REORDER_HOLD_MS = 400;

/** Persistent at-least-once sender, as providers run them: a restart goes on where it was. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { storage, clock, faults } = options;
  const queue = storage.records<OutgoingWebhook>('webhook-queue');
  const givenUp = storage.records<OutgoingWebhook>('webhook-given-up');
  const log: SentWebhook[] = [];
  const inFlight = new Map<string, Promise<void>>();
  const send = options.fetch ?? fetch;
  let timer: NodeJS.Timeout | undefined;
  let running = false;

  async function attempt(webhook: OutgoingWebhook): Promise<void> {
    const request = options.build(webhook, clock.nowMs());
    let status = 0;
    try {
      const response = await send(webhook.url, {
        method: 'POST',
        headers: request.headers,
        body: request.body,
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      await response.arrayBuffer();
      status = response.status;
    } catch {
      status = 0;
    }
    const accepted = options.isAccepted(status);
    log.push({ id: webhook.id, name: webhook.name, attempt: webhook.attempt, atMs: clock.nowMs(), status, accepted });
    if (log.length > 200) log.shift();
    if (accepted) {
      queue.delete(webhook.id);
      return;
    }
    const delayMs = options.retryDelaysMs[webhook.attempt];
    if (delayMs === undefined) {
      queue.delete(webhook.id);
      givenUp.set(webhook.id, webhook);
      return;
    }
    queue.set(webhook.id, { ...webhook, attempt: webhook.attempt + 1, dueAtMs: clock.nowMs() + delayMs });
  }

  function pump(): void {
    if (!running) return;
    const now = clock.nowMs();
    const waiting = queue.values().filter((webhook) => !inFlight.has(webhook.id));
    for (const webhook of waiting) {
      if (inFlight.size >= options.concurrency) break;
      if (webhook.dueAtMs > now) continue;
      const done = attempt(webhook).finally(() => {
        inFlight.delete(webhook.id);
        schedule(0);
      });
      inFlight.set(webhook.id, done);
    }
    const next = waiting
      .filter((webhook) => !inFlight.has(webhook.id))
      .reduce((earliest, webhook) => Math.min(earliest, webhook.dueAtMs), Number.POSITIVE_INFINITY);
    if (inFlight.size < options.concurrency && next < Number.POSITIVE_INFINITY) schedule(Math.max(10, next - now));
  }

  function schedule(afterMs: number): void {
    if (!running) return;
    clearTimeout(timer);
    timer = setTimeout(pump, Math.min(afterMs, 60_000));
  }

  function put(webhook: Omit<OutgoingWebhook, 'id' | 'attempt'>): void {
    const id = String(storage.nextNumber('webhook')).padStart(9, '0');
    queue.set(id, { ...webhook, id, attempt: 0 });
  }

  return {
    enqueue({ name, url, payload, afterMs = 0 }) {
      if (faults.strike(['webhook-drop'], name) !== undefined) return;
      const delayMs = faults.strike(['webhook-delay'], name)?.delayMs ?? 0;
      // Reordering holds a webhook back just long enough that its successors overtake it; without any it still leaves.
      const heldBackMs = faults.strike(['webhook-reorder'], name) === undefined ? 0 : REORDER_HOLD_MS;
      const webhook = { name, url, payload, dueAtMs: clock.nowMs() + afterMs + delayMs + heldBackMs };
      put(webhook);
      if (faults.strike(['webhook-duplicate'], name) !== undefined) put(webhook);
      schedule(0);
    },
    start() {
      running = true;
      schedule(0);
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      await Promise.all(inFlight.values());
    },
    waiting: () => queue.values(),
    given: () => givenUp.values(),
    sent: () => [...log],
    hurry() {
      for (const webhook of queue.values()) queue.set(webhook.id, { ...webhook, dueAtMs: clock.nowMs() });
      schedule(0);
    },
  };
}
