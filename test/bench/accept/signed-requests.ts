import { createHmac } from 'node:crypto';
import type { LoadRequest } from './messages.ts';

/** Stage ids of the sample pipeline in which nothing has to be done. */
const QUIET_STAGES = ['1100000002', '1100000005'];

/** Whole HTTP requests with webhooks as HubSpot sends them (about 330 bytes of JSON), each signed. */
export function signedRequests(
  load: Pick<LoadRequest, 'url' | 'path' | 'signingKey' | 'recordIds'>,
  count: number,
  nowMs: number,
): readonly Buffer[] {
  const { host } = new URL(load.url);
  return Array.from({ length: count }, (_, n) => {
    const body = JSON.stringify([stageEvent(load.recordIds[n % load.recordIds.length] ?? '9001', n, nowMs)]);
    const atMs = String(nowMs);
    const signature = createHmac('sha256', load.signingKey)
      .update(`POST${load.url}${load.path}${body}${atMs}`)
      .digest('base64');
    const lines = [
      `POST ${load.path} HTTP/1.1`,
      `host: ${host}`,
      'user-agent: HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client)',
      'content-type: application/json',
      'accept: */*',
      'accept-encoding: gzip',
      `x-hubspot-signature-v3: ${signature}`,
      `x-hubspot-request-timestamp: ${atMs}`,
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
}

function stageEvent(recordId: string, n: number, nowMs: number): Record<string, unknown> {
  return {
    eventId: 1_000_000 + n,
    subscriptionId: 2_900_001,
    portalId: 24_681_012,
    appId: 1_357_911,
    occurredAt: nowMs - 100_000 + n,
    subscriptionType: 'deal.propertyChange',
    attemptNumber: 0,
    objectId: Number(recordId),
    propertyName: 'dealstage',
    propertyValue: QUIET_STAGES[n % QUIET_STAGES.length],
    changeSource: 'CRM_UI',
    sourceId: 'userId:51234567',
  };
}
