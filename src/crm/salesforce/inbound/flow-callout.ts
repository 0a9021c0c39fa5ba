import { createHash } from 'node:crypto';
import type { Delivery } from '../../../webhooks/delivery.ts';
import type { ParseContext } from '../../../webhooks/parser.ts';
import { canonicalJson, readExactJson } from './exact-json.ts';
import { opportunityIdOf } from './opportunity.ts';
import { type Part, rejected } from './parts.ts';
import { readRecord } from './reads.ts';
import { connectionOf } from './which-connection.ts';

/** As many as an Outbound Message holds at most. */
const MAX_EVENTS = 100;

/** Whoever builds the flow names the fields; the first of these that is there counts. */
const ORG_FIELDS = ['orgId', 'organizationId', 'OrganizationId'];
const RECORD_FIELDS = ['opportunityId', 'OpportunityId', 'recordId', 'Id', 'id'];

type Event = Readonly<Record<string, unknown>>;

/** What a flow calls out with: one event or a list of them, each naming an org and an opportunity that may have changed. */
export function readFlowCallout(text: string, delivery: Delivery, context: ParseContext): readonly Part[] {
  const json = readExactJson(text);
  if (!json.ok) return [rejected(json.code, json.sentence, text)];
  const events: readonly unknown[] = Array.isArray(json.value) ? json.value : [json.value];
  if (events.length === 0) return [rejected('field.missing', 'the list of events is empty', text)];
  if (events.length > MAX_EVENTS) {
    const sentence = `the callout holds ${events.length} events; let the flow send at most ${MAX_EVENTS} at once`;
    return [rejected('events.too-many', sentence, text)];
  }
  return events.map((event, index) => {
    const reading = readEvent(event, delivery, context);
    return 'is' in reading ? reading : rejected(reading.code, reading.sentence, JSON.stringify(event) ?? '', index);
  });
}

function readEvent(
  event: unknown,
  delivery: Delivery,
  context: ParseContext,
): Part | { readonly code: string; readonly sentence: string } {
  if (!isEvent(event)) {
    return { code: 'field.wrong', sentence: 'an event must be an object with orgId and opportunityId' };
  }
  if (Object.hasOwn(event, 'detail-type') && Object.hasOwn(event, 'detail')) {
    const sentence =
      'a change event came in through the webhook; only EventBridge proves where such an event is from, so let the relay send it there';
    return { code: 'event.other-route', sentence };
  }
  const org = firstOf(event, ORG_FIELDS);
  if (org !== undefined && typeof org !== 'string') return { code: 'field.wrong', sentence: 'orgId must be a text' };
  const whose = connectionOf(org, delivery, context);
  if (!whose.ok) return whose;
  const opportunity = opportunityIdOf(firstOf(event, RECORD_FIELDS), 'opportunityId');
  if (!opportunity.ok) return opportunity;
  return readRecord({
    connectionId: whose.connectionId,
    recordId: opportunity.recordId,
    origin: `flow/${fingerprint(event)}`,
    sinceMs: context.receivedAtMs,
    about: 'flow',
  });
}

function isEvent(value: unknown): value is Event {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf(event: Event, names: readonly string[]): unknown {
  for (const name of names) {
    const value = event[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A callout that is tried again is the same event; one that says something else is another one. */
function fingerprint(event: Event): string {
  return createHash('sha256').update(canonicalJson(event)).digest('hex').slice(0, 16);
}
