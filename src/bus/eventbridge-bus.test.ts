import { describe, expect, it } from 'vitest';
import type { HubEvent } from '../domain/events.ts';
import { createEventBridgeClient } from '../platform/aws/eventbridge-client.ts';
import { createEventBridgeBus, toBatches } from './eventbridge-bus.ts';

const clock = { nowMs: () => 0 };

function event(id: string): HubEvent {
  return {
    type: 'deal.touched',
    detail: { meta: { v: 1, id, traceId: 't', atMs: 1 }, dealId: 'd', crm: 'hubspot', wants: ['refresh'] },
  };
}

/** EventBridge that refuses the ids in the list for the next call. */
function eventBridge(refusals: readonly (readonly string[] | 'throttled' | 'down')[]) {
  const calls: string[][] = [];
  const client = createEventBridgeClient({
    variables: {},
    clock,
    awsRequestHandler: () => ({
      async handle(request: { body: Uint8Array }) {
        const { Entries } = JSON.parse(new TextDecoder().decode(request.body)) as { Entries: { Detail: string }[] };
        const ids = Entries.map(({ Detail }) => JSON.parse(Detail).meta.id as string);
        const refused = refusals[calls.length] ?? [];
        calls.push(ids);
        const answer = (statusCode: number, body: object) => ({
          response: {
            statusCode,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: new TextEncoder().encode(JSON.stringify(body)),
          },
        });
        if (refused === 'throttled') return answer(400, { __type: 'AccessDeniedException', message: 'no' });
        if (refused === 'down') return answer(500, { __type: 'InternalException', message: 'no' });
        return answer(200, {
          FailedEntryCount: refused.length,
          Entries: ids.map((id) =>
            refused.includes(id) ? { ErrorCode: 'InternalFailure' } : { EventId: `aws-${id}` },
          ),
        });
      },
    }),
  });
  const waits: number[] = [];
  const bus = createEventBridgeBus({
    client,
    busName: 'stagepost',
    source: 'stagepost',
    sleep: async (ms) => void waits.push(ms),
  });
  return { bus, calls, waits };
}

describe('the bus in EventBridge', () => {
  it('sends only the refused entries again, after a growing wait', async () => {
    const { bus, calls, waits } = eventBridge([['b', 'c'], ['c'], []]);
    await bus.publish([event('a'), event('b'), event('c')]);
    expect(calls).toEqual([['a', 'b', 'c'], ['b', 'c'], ['c']]);
    expect(waits).toEqual([50, 200]);
  });

  it('gives up after four attempts with an error worth another try', async () => {
    const { bus, calls } = eventBridge([['a'], ['a'], ['a'], ['a'], ['a']]);
    await expect(bus.publish([event('a'), event('b')])).rejects.toMatchObject({
      code: 'bus.unavailable',
      retry: { afterMs: 1_000 },
      context: { cause: 'InternalFailure', refused: 1 },
    });
    expect(calls).toHaveLength(4);
  });

  it('says how long to wait when the function may not use the bus', async () => {
    const { bus } = eventBridge(['throttled']);
    await expect(bus.publish([event('a')])).rejects.toMatchObject({
      code: 'bus.unavailable',
      retry: { afterMs: 30_000 },
    });
  });

  it('leaves a server error to the client, which repeats it', async () => {
    const { bus, calls } = eventBridge(['down', []]);
    await bus.publish([event('a')]);
    expect(calls).toEqual([['a'], ['a']]);
  });

  it('packs ten entries into a call', async () => {
    const { bus, calls } = eventBridge([]);
    await bus.publish(Array.from({ length: 21 }, (_, n) => event(`e-${n}`)));
    expect(calls.map((ids) => ids.length)).toEqual([10, 10, 1]);
  });

  it('starts another call before one grows beyond 1 MB', () => {
    const entry = (detail: string) => ({ Source: 's', DetailType: 'd', EventBusName: 'b', Detail: detail });
    const big = entry('x'.repeat(400_000));
    expect(toBatches([big, big, big, entry('y')]).map((batch) => batch.length)).toEqual([2, 2]);
  });
});
