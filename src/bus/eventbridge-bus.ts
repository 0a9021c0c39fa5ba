import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { HubError } from '../domain/errors.ts';
import type { HubEvent } from '../domain/events.ts';
import { readAwsFailure, retryAfterMs } from '../platform/aws-failure.ts';
import type { Bus } from './bus.ts';

/** Limits of `PutEvents` ("Amazon EventBridge quotas"): entries per call and bytes per call. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1_000_000;

/** Waits before the second, third, ... attempt for entries that were refused. */
const BACKOFF_MS: readonly number[] = [50, 200, 800];

export interface EventBridgeBusOptions {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly source: 'stagepost';
  readonly sleep?: (ms: number) => Promise<void>;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function bytesOf(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, entry.EventBusName];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0);
}

/** Splits entries into calls that EventBridge takes, keeping their order. */
export function toBatches(entries: readonly PutEventsRequestEntry[]): readonly (readonly PutEventsRequestEntry[])[] {
  const batches: PutEventsRequestEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = bytesOf(entry);
    const open = batches.at(-1);
    if (open === undefined || open.length >= MAX_ENTRIES || bytes + size > MAX_BYTES) {
      batches.push([entry]);
      bytes = size;
    } else {
      open.push(entry);
      bytes += size;
    }
  }
  return batches;
}

function unavailable(cause: string, refused: number, afterMs: number, error?: unknown): HubError {
  return new HubError(
    'bus.unavailable',
    `EventBridge refused ${refused} event(s) (${cause}); the step is repeated by itself, check the bus if this stays.`,
    { retry: { afterMs }, done: 'unknown', cause: error, context: { cause, refused } },
  );
}

/** The bus in EventBridge. A successful call may hold refused entries: those, and only those, are sent again. */
export function createEventBridgeBus({ client, busName, source, sleep = wait }: EventBridgeBusOptions): Bus {
  async function put(batch: readonly PutEventsRequestEntry[]): Promise<void> {
    let open = batch;
    let lastCause = '';
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await client.send(new PutEventsCommand({ Entries: [...open] }));
        if ((answer.FailedEntryCount ?? 0) === 0) return;
        // Results come in the order of the entries; one without an id was refused.
        const results = answer.Entries ?? [];
        lastCause = results.find((result) => result.ErrorCode !== undefined)?.ErrorCode ?? 'refused';
        open = open.filter((_, index) => results[index]?.EventId === undefined);
      } catch (error) {
        const failure = readAwsFailure(error);
        throw unavailable(failure.name, open.length, retryAfterMs(failure), error);
      }
      const backoffMs = BACKOFF_MS[attempt];
      if (backoffMs === undefined) throw unavailable(lastCause, open.length, 1_000);
      await sleep(backoffMs);
    }
  }

  return {
    async publish(events: readonly HubEvent[]) {
      const entries = events.map((event) => ({
        EventBusName: busName,
        Source: source,
        DetailType: event.type,
        Detail: JSON.stringify(event.detail),
      }));
      for (const batch of toBatches(entries)) await put(batch);
    },
  };
}
