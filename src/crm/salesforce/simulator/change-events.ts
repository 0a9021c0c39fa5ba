import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { zuluTime } from './times.ts';
import type { Actor, Change, Committed } from './transactions.ts';
import type { Fields, FieldValue } from './values.ts';

/** A change event before it has its place in the stream. */
export interface ChangeEvent {
  readonly changeType: string;
  readonly recordIds: readonly string[];
  readonly changedFields: readonly string[];
  /** Beside the header; empty for deletions and gaps. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** The events of one transaction: records to which the same happened share one (Change Data Capture Guide, "ChangeEventHeader Fields"). */
export function changeEvents(object: ObjectDefinition, { changes }: Committed): ChangeEvent[] {
  const events = new Map<string, ChangeEvent>();
  for (const change of changes) {
    if (change.after.type !== object.name) continue;
    const event = eventOf(object, change);
    const key = JSON.stringify([event.changeType, event.changedFields, event.fields]);
    const known = events.get(key);
    events.set(key, { ...event, recordIds: [...(known?.recordIds ?? []), change.after.id] });
  }
  return [...events.values()];
}

function eventOf(object: ObjectDefinition, { kind, before, after }: Change): ChangeEvent {
  // Neither what is made of other fields nor the id itself is part of an event.
  const told = object.fields.filter(({ derived, name, type }) => !derived && name !== 'Id' && type !== 'base64');
  const changeType = kind.toUpperCase();
  if (kind === 'delete') return { changeType, recordIds: [], changedFields: [], fields: {} };
  if (kind !== 'update') {
    const filled = told.filter(({ name }) => (after.fields[name] ?? null) !== null);
    return { changeType, recordIds: [], changedFields: [], fields: values(filled, after.fields) };
  }
  const changed = told.filter(
    ({ name }) => name === 'LastModifiedDate' || (before?.fields[name] ?? null) !== (after.fields[name] ?? null),
  );
  const changedFields = changed.map(({ name }) => name);
  return { changeType, recordIds: [], changedFields, fields: values(changed, after.fields) };
}

function values(definitions: readonly FieldDefinition[], fields: Fields): Record<string, FieldValue> {
  return Object.fromEntries(
    definitions.map(({ name, type }) => {
      const value = fields[name] ?? null;
      return [name, type === 'datetime' && typeof value === 'string' ? zuluTime(value) : value];
    }),
  );
}

/** Through which API, and which client by its own word; empty for everything else. */
export function changeOrigin({ api }: Actor): string {
  if (api === undefined) return '';
  const client = api.client === undefined ? '' : `;client=${api.client}`;
  return `com/salesforce/api/rest/${api.version}${client}`;
}

export interface Envelope {
  readonly id: string;
  readonly object: string;
  readonly source: string;
  readonly atMs: number;
  readonly event: ChangeEvent;
  readonly origin: string;
  readonly transactionKey: string;
  readonly sequenceNumber: number;
  readonly commitTimestamp: number;
  /** Beyond what a double can hold. */
  readonly commitNumber: bigint;
  readonly commitUser: string;
  /** Beside `payload`, when the relay adds them. */
  readonly relayIds: { readonly schemaId: string; readonly id: string } | undefined;
}

const COMMIT_NUMBER = 'the commit number goes here';

/** The event as EventBridge hands it over: as text, because JSON made of a number would round `commitNumber`. */
export function eventText(envelope: Envelope): string {
  const { object, event, relayIds } = envelope;
  const isUpdate = event.changeType === 'UPDATE';
  const text = JSON.stringify({
    version: '0',
    id: envelope.id,
    'detail-type': `${object}ChangeEvent`,
    source: envelope.source,
    account: '123456789012',
    time: new Date(envelope.atMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: 'eu-central-1',
    resources: [],
    detail: {
      payload: {
        ChangeEventHeader: {
          entityName: object,
          recordIds: event.recordIds,
          changeType: event.changeType,
          changeOrigin: envelope.origin,
          transactionKey: envelope.transactionKey,
          sequenceNumber: envelope.sequenceNumber,
          commitTimestamp: envelope.commitTimestamp,
          commitNumber: COMMIT_NUMBER,
          commitUser: envelope.commitUser,
          ...(isUpdate ? { changedFields: event.changedFields } : {}),
        },
        ...event.fields,
      },
      ...(relayIds ?? {}),
    },
  });
  return text.replace(`"${COMMIT_NUMBER}"`, String(envelope.commitNumber));
}
