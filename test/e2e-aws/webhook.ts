import { createHmac } from 'node:crypto';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Posts bytes to the deployed API. */
export async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: await response.text() };
}

/** Headers of a HubSpot webhook with signature v3, written down here once more, on purpose not taken from the code. */
export function hubspotHeaders(url: string, body: string, key: string, atMs: number): Readonly<Record<string, string>> {
  const signature = createHmac('sha256', key).update(`POST${url}${body}${atMs}`).digest('base64');
  return { 'x-hubspot-request-timestamp': String(atMs), 'x-hubspot-signature-v3': signature };
}

/** An event of the sample portal: the deal entered a stage. */
export function stageEvent(recordId: string, stageId: string, occurredAtMs: number): string {
  return JSON.stringify([
    {
      eventId: 900_000_001,
      subscriptionId: 2_900_001,
      portalId: 24_681_012,
      appId: 1_357_911,
      occurredAt: occurredAtMs,
      subscriptionType: 'deal.propertyChange',
      attemptNumber: 0,
      objectId: Number(recordId),
      propertyName: 'dealstage',
      propertyValue: stageId,
      changeSource: 'CRM_UI',
    },
  ]);
}
