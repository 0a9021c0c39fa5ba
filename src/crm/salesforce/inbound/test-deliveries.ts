import { readFileSync } from 'node:fs';
import type { Delivery } from '../../../webhooks/delivery.ts';
import type { Parsed } from '../../../webhooks/parser.ts';
import { salesforceParser } from './parser.ts';

/** 2026-11-23T09:00:00Z, a second after what the fixtures tell. */
export const RECEIVED_AT_MS = 1_795_424_400_000;

export const connections = [
  { id: 'salesforce-main', provider: 'salesforce', accountId: '00D5g000004XyZaEAK' },
  { id: 'salesforce-emea', provider: 'salesforce', accountId: '00D8c00000KqWerEAF' },
];

/** Part of the session id in the fixtures: what must never come out of the parser. */
export const CANARY = 'canary-of-a-session';

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
}

/** @param connectionId whose address was called; `-` for what came from EventBridge */
export function parse(body: string | Uint8Array, connectionId = 'salesforce-main'): Parsed {
  const delivery: Delivery = {
    v: 1,
    kind: 'delivery',
    deliveryId: '01KCT0000000000000000000AA',
    provider: 'salesforce',
    connectionId,
    receivedAtMs: RECEIVED_AT_MS,
    traceId: 'trace',
    headers: {},
    bodyBase64: Buffer.from(body).toString('base64'),
  };
  return salesforceParser.parse(delivery, { connections, receivedAtMs: RECEIVED_AT_MS });
}

/** Code and place of every reject. */
export function rejectsOf(parsed: Parsed): readonly (readonly [code: string, index: number])[] {
  return parsed.rejects.map(({ code, index }) => [code, index]);
}

export function readIdsOf(parsed: Parsed): readonly string[] {
  return (parsed.reads ?? []).map(({ id }) => id);
}
