import type * as z from 'zod';
import type { ContactRemoval, CrmSignal } from '../../../domain/signals.ts';
import {
  contactRemoved,
  dealOfAssociation,
  recordCame,
  recordChanged,
  recordsMerged,
  STAGE_PROPERTY,
  stageEntered,
} from '../mapping.ts';
import {
  associationChange,
  mergeEvent,
  privacyDeletion,
  propertyChange,
  recordEvent,
  stageValue,
} from '../payloads.ts';

/** Kinds of deal events that are understood, without their `deal.` or `object.`. */
export type DealEvent = 'propertyChange' | 'creation' | 'deletion' | 'restore' | 'merge' | 'associationChange';

export const DEAL_EVENTS: readonly string[] = [
  'propertyChange',
  'creation',
  'deletion',
  'restore',
  'merge',
  'associationChange',
] satisfies DealEvent[];

export type Reading =
  | { readonly ok: true; readonly signals: readonly CrmSignal[] }
  /** `problem` names the field and what it should be. */
  | { readonly ok: false; readonly problem: string };

export type RemovalReading =
  | { readonly ok: true; readonly removal: ContactRemoval }
  | { readonly ok: false; readonly problem: string };

/** Which contact was deleted for good. */
export function removalOf(event: unknown, connectionId: string, receivedAtMs: number): RemovalReading {
  const parsed = privacyDeletion.safeParse(event);
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error) };
  const { objectId, occurredAt = receivedAtMs } = parsed.data;
  return { ok: true, removal: contactRemoved(connectionId, objectId, occurredAt) };
}

/** What one event about a deal says; unknown fields are ignored, missing or malformed ones are named. */
export function signalsOf(kind: DealEvent, event: unknown, connectionId: string): Reading {
  switch (kind) {
    case 'propertyChange':
      return read(propertyChange, event, (value) => {
        const fact = { connectionId, recordId: value.objectId, atMs: value.occurredAt };
        if (value.propertyName !== STAGE_PROPERTY) {
          return { ok: true, signals: [recordChanged(fact, `property:${value.propertyName}`)] };
        }
        const stage = stageValue.safeParse(value.propertyValue ?? undefined);
        if (!stage.success) return { ok: false, problem: 'propertyValue must be a stage id of 1 to 100 characters' };
        return { ok: true, signals: [stageEntered(fact, stage.data)] };
      });
    case 'creation':
      return lifecycle(event, connectionId, 'created');
    case 'deletion':
      return lifecycle(event, connectionId, 'deleted');
    case 'restore':
      return lifecycle(event, connectionId, 'restored');
    case 'merge':
      return read(mergeEvent, event, (value) => {
        const winnerId = value.newObjectId ?? value.primaryObjectId;
        if (winnerId === undefined) return { ok: false, problem: 'primaryObjectId or newObjectId is missing' };
        const primary = value.primaryObjectId === undefined ? [] : [value.primaryObjectId];
        const goneIds = [...value.mergedObjectIds, ...primary];
        return { ok: true, signals: recordsMerged({ connectionId, atMs: value.occurredAt }, { winnerId, goneIds }) };
      });
    case 'associationChange':
      return read(associationChange, event, (value) => {
        const recordId = dealOfAssociation(value);
        if (recordId === undefined) return { ok: false, problem: 'fromObjectId or toObjectId of the deal is missing' };
        const fact = { connectionId, recordId, atMs: value.occurredAt };
        return { ok: true, signals: [recordChanged(fact, `association:${value.associationType}`)] };
      });
  }
}

function lifecycle(event: unknown, connectionId: string, what: 'created' | 'deleted' | 'restored'): Reading {
  return read(recordEvent, event, (value) => ({
    ok: true,
    signals: [recordCame({ connectionId, recordId: value.objectId, atMs: value.occurredAt }, what)],
  }));
}

function read<T>(schema: z.ZodType<T>, event: unknown, then: (value: T) => Reading): Reading {
  const parsed = schema.safeParse(event);
  if (parsed.success) return then(parsed.data);
  return { ok: false, problem: problemOf(parsed.error) };
}

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') ?? 'event'}: ${issue?.message ?? 'is not valid'}`;
}
