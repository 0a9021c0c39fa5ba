import { createHmac } from 'node:crypto';
import type { Stand } from './hub-stand.ts';

export const HUBSPOT_PATH = '/webhooks/hubspot/hubspot-main';

export interface PostOptions {
  readonly path?: string;
  /** When it claims to be signed; now in the hub's world unless told. */
  readonly atMs?: number;
  readonly key?: string;
  /** In place of the right one; `null`: no signature at all. */
  readonly signature?: string | null;
}

export interface Answer {
  readonly status: number;
  /** Without `date`, which differs from second to second. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Posts a webhook as HubSpot does. Signature v3 is written down here once more, on purpose not taken from the code. */
export async function postWebhook(stand: Stand, body: unknown, options: PostOptions = {}): Promise<Answer> {
  const { path = HUBSPOT_PATH, atMs = stand.clock.nowMs(), key = signingKey(stand), signature } = options;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const url = `${stand.hub.url}${path}`;
  const right = createHmac('sha256', key).update(`POST${url}${text}${atMs}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-hubspot-request-timestamp': String(atMs),
      ...(signature === null ? {} : { 'x-hubspot-signature-v3': signature ?? right }),
    },
  });
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

function signingKey(stand: Stand): string {
  const secret = stand.hub.sandbox.secrets['hubspot'] as { readonly signingKeys: readonly string[] };
  return secret.signingKeys[0] ?? '';
}

let lastEventId = 0;

/** An event of the sample portal: the deal entered a stage. */
export function stageEvent(recordId: string, stageId: string, occurredAtMs: number): Record<string, unknown> {
  lastEventId += 1;
  return {
    eventId: lastEventId,
    subscriptionId: 2900001,
    portalId: 24681012,
    appId: 1357911,
    occurredAt: occurredAtMs,
    subscriptionType: 'deal.propertyChange',
    attemptNumber: 0,
    objectId: Number(recordId),
    propertyName: 'dealstage',
    propertyValue: stageId,
    changeSource: 'CRM_UI',
  };
}

/** What a person asks the hub to do, over HTTP. */
export async function act(stand: Stand, path: string, actor: string | null = 'Olga Ops') {
  const response = await fetch(`${stand.hub.url}/api${path}`, {
    method: 'POST',
    headers: actor === null ? {} : { 'x-stagepost-actor': actor },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export interface QuarantineRow {
  readonly id: string;
  readonly deliveryId: string;
  readonly code: string;
  readonly sentence: string;
  readonly index: number;
  readonly excerpt: string;
}

/** Open entries, oldest first. */
export async function quarantine(stand: Stand): Promise<readonly QuarantineRow[]> {
  const response = await fetch(`${stand.hub.url}/api/quarantine`);
  const { entries } = (await response.json()) as { readonly entries: readonly QuarantineRow[] };
  return entries.toReversed().sort((a, b) => a.index - b.index);
}
