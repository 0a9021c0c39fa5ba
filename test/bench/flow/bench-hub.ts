import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { LoadFunction } from '../../../src/local/functions.ts';
import { type LocalHub, startLocalHub } from '../../../src/local/hub.ts';
import { type Log, silentLog } from '../../../src/platform/log.ts';

const CONFIG_FILE = 'stagepost.config.yaml';
const FIXTURES = new URL('../../../src/esign/docusign/fixtures/', import.meta.url);

/** The hub in memory with these functions; nothing of it reaches further than this process. */
export function startBenchHub(load: LoadFunction, log: Log = silentLog): Promise<LocalHub> {
  return startLocalHub({ folder: undefined, configFile: CONFIG_FILE, port: 0, log, load });
}

function keyOf(hub: LocalHub, provider: string): string {
  const secret = hub.sandbox.secrets[provider] as { readonly signingKeys: readonly string[] };
  return secret.signingKeys[0] ?? '';
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`a webhook of the bench was answered with ${response.status}`);
}

/** Posts events as HubSpot does. */
export async function postHubSpot(hub: LocalHub, events: readonly Record<string, unknown>[]): Promise<void> {
  const url = `${hub.url}/webhooks/hubspot/hubspot-main`;
  const body = JSON.stringify(events);
  const atMs = String(Date.now());
  const signature = createHmac('sha256', keyOf(hub, 'hubspot')).update(`POST${url}${body}${atMs}`).digest('base64');
  await post(url, body, { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': atMs });
}

/** Posts a saved Connect message, with the envelope and the time put in place of the fixture's. */
export async function postDocuSign(
  hub: LocalHub,
  fixture: string,
  envelope: { readonly envelopeId: string; readonly contractRef: string; readonly attemptKey: string },
): Promise<void> {
  const text = await readFile(new URL(fixture, FIXTURES), 'utf8');
  const saved = JSON.parse(text) as { data: { envelopeId: string } };
  const fieldIn = (name: string) => new RegExp(`("name": "${name}",[^}]*"value": ")[^"]*`);
  const body = text
    .replaceAll(saved.data.envelopeId, envelope.envelopeId)
    .replace(fieldIn('stagepost_contract'), `$1${envelope.contractRef}`)
    .replace(fieldIn('stagepost_attempt'), `$1${envelope.attemptKey}`)
    .replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, new Date().toISOString());
  const signature = createHmac('sha256', keyOf(hub, 'docusign')).update(body).digest('base64');
  await post(`${hub.url}/webhooks/docusign/docusign-main`, body, { 'x-docusign-signature-1': signature });
}

let lastEventId = 0;

/** An event of the sample portal about a deal. */
export function hubspotEvent(
  recordId: string,
  subscriptionType: string,
  more: Readonly<Record<string, unknown>> = {},
  atMs = Date.now(),
): Record<string, unknown> {
  lastEventId += 1;
  return {
    eventId: lastEventId,
    subscriptionId: 2_900_001,
    portalId: 24_681_012,
    appId: 1_357_911,
    occurredAt: atMs,
    subscriptionType,
    attemptNumber: 0,
    objectId: Number(recordId),
    changeSource: 'CRM_UI',
    sourceId: 'userId:51234567',
    ...more,
  };
}

export function stageEvent(recordId: string, stageId: string, atMs = Date.now()): Record<string, unknown> {
  return hubspotEvent(recordId, 'deal.propertyChange', { propertyName: 'dealstage', propertyValue: stageId }, atMs);
}
