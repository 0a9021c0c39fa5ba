import type { Delivery } from '../../../webhooks/delivery.ts';
import type { ParseContext } from '../../../webhooks/parser.ts';
import { type ChangeHeader, changeHeader, changeKind, relayedEvent } from './change-event-payload.ts';
import { changedRecords } from './changed-records.ts';
import { readExactJson } from './exact-json.ts';
import { OPPORTUNITY_PARTS, opportunityIdOf } from './opportunity.ts';
import { ignored, type Part, rejected } from './parts.ts';
import { latestMs, readRecord } from './reads.ts';
import { connectionOf } from './which-connection.ts';

/** The beginning of the source of Event Relay; the ids of org and channel follow ("EventRelayFeedback", RemoteResource). */
export const PARTNER_SOURCE_PREFIX = 'aws.partner/salesforce.com/';

/** How far the clock of Salesforce may be ahead of ours. */
const MAX_AHEAD_MS = 300_000;

const OTHER_ROUTE =
  "the event did not come by Salesforce's Event Relay; connect the org with Event Relay (Setup, Event Relays) and not with AppFlow, whose events have another form";

/**
 * One change event as EventBridge delivers it. EventBridge lets only the org itself put events under its source, so what
 * such an event says of records that came and went is authority; what changed in them is read.
 */
export function readChangeEvent(text: string, delivery: Delivery, context: ParseContext): readonly Part[] {
  const json = readExactJson(text);
  if (!json.ok) return [rejected(json.code, json.sentence, text)];
  const refuse = (code: string, sentence: string) => [rejected(code, sentence, text)];
  const relayed = relayedEvent.safeParse(json.value);
  if (!relayed.success)
    return refuse('field.missing', 'the body is no event of EventBridge: source or detail is missing');
  const { source, detail } = relayed.data;
  if (!source.startsWith(PARTNER_SOURCE_PREFIX)) return refuse('event.other-route', OTHER_ROUTE);
  const whose = connectionOf(source.slice(PARTNER_SOURCE_PREFIX.length).split('/', 1)[0], delivery, context);
  if (!whose.ok) return refuse(whose.code, whose.sentence);

  const { payload } = detail;
  if (payload === undefined) {
    if (Object.hasOwn(detail, 'ChangeEventHeader')) return refuse('event.other-route', OTHER_ROUTE);
    return refuse('field.missing', 'detail.payload is missing, so nobody can tell what changed');
  }
  const name = relayed.data['detail-type'] ?? '';
  if (name.endsWith('__e') && !Object.hasOwn(payload, 'ChangeEventHeader')) return [ignored(`event:${name}`)];
  const kind = changeKind.safeParse(payload['ChangeEventHeader']);
  if (!kind.success) return refuse('field.missing', 'ChangeEventHeader is missing, or entityName or changeType in it');
  const { entityName, changeType } = kind.data;
  const isPart = OPPORTUNITY_PARTS.includes(entityName);
  if (entityName !== 'Opportunity' && !isPart) return [ignored(`object:${entityName}`)];
  if (changeType === 'SNAPSHOT') return [ignored('snapshot')];

  const parsed = changeHeader.safeParse(payload['ChangeEventHeader']);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse('field.wrong', `${issue?.path.join('.') ?? 'ChangeEventHeader'} ${issue?.message ?? 'is not valid'}`);
  }
  const header = parsed.data;
  if (header.commitTimestamp - context.receivedAtMs > MAX_AHEAD_MS) {
    const sentence =
      'the change is dated more than 5 minutes after it was received; check the clocks. Reconcile finds what changed, a replay would say the same again';
    return refuse('time.future', sentence);
  }
  const change = { connectionId: whose.connectionId, changeType, header, payload };
  return isPart ? [changedPart(change, text)] : changedRecords(change, text);
}

/** A contact role or a product of an opportunity: reason enough to look at the opportunity, where the event names it. */
function changedPart(
  change: { connectionId: string; header: ChangeHeader; payload: Readonly<Record<string, unknown>> },
  text: string,
): Part {
  const { connectionId, header, payload } = change;
  const given = payload['OpportunityId'];
  if (given === undefined || given === null) return ignored('without-opportunity');
  const opportunity = opportunityIdOf(given, 'OpportunityId');
  if (!opportunity.ok) return rejected(opportunity.code, opportunity.sentence, text);
  return readRecord({
    connectionId,
    recordId: opportunity.recordId,
    origin: `cdc/${header.commitNumber}/${header.sequenceNumber}`,
    sinceMs: latestMs(header.commitTimestamp),
    about: 'change-event',
  });
}
