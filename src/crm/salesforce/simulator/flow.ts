import { createHmac } from 'node:crypto';
import type { Clock } from '../../../platform/clock.ts';
import type { FlowControl, FlowSettings } from './control-types.ts';
import type { Org } from './org.ts';
import { textOf } from './tables.ts';

const SENT_KEPT = 200;
/** Longest that a callout may take (Apex Developer Guide, "Callout Limits and Limitations"). */
const DEADLINE_MS = 120_000;

export interface Flow extends FlowControl {
  stop(): Promise<void>;
}

/** A flow that an admin built: every new stage of an opportunity is posted as JSON, once. */
export function createFlow(deps: { clock: Clock; org: Org }): Flow {
  const { clock, org } = deps;
  const sent: { body: string; atMs: number; status: number }[] = [];
  const inFlight = new Set<Promise<void>>();
  const ending = new AbortController();
  let current: FlowSettings | undefined;

  async function post({ url, apiKey, hmacKey }: FlowSettings, body: string): Promise<void> {
    const signature =
      hmacKey === undefined
        ? {}
        : { 'X-Stagepost-Signature': createHmac('sha256', hmacKey).update(body).digest('base64') };
    let status = 0;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'X-API-Key': apiKey, ...signature },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(DEADLINE_MS)]),
      });
      await response.arrayBuffer();
      status = response.status;
    } catch {
      status = 0;
    }
    sent.push({ body, atMs: clock.nowMs(), status });
    if (sent.length > SENT_KEPT) sent.shift();
  }

  org.transactions.onCommit(({ changes, atMs }) => {
    if (current === undefined) return;
    for (const { kind, before, after } of changes) {
      if (after.type !== 'Opportunity' || (kind !== 'create' && kind !== 'update')) continue;
      if (before?.fields['StageName'] === after.fields['StageName']) continue;
      const body = JSON.stringify({
        orgId: org.orgId,
        opportunityId: after.id,
        stageName: textOf(after, 'StageName'),
        eventTime: new Date(Math.floor(atMs / 1000) * 1000).toISOString(),
      });
      const posting = post(current, body).finally(() => inFlight.delete(posting));
      inFlight.add(posting);
    }
  });

  return {
    configure(settings) {
      current = settings;
    },
    settings: () => current,
    sent: () => [...sent],
    async stop() {
      ending.abort();
      await Promise.all(inFlight);
    },
  };
}
