import type { ContactRemoval, CrmSignal, RecordHint, RecordLifecycle, StageTransition } from '../../domain/signals.ts';

/** One fact about one record of one connection. */
export interface Fact {
  readonly connectionId: string;
  readonly recordId: string;
  readonly atMs: number;
}

/** HubSpot's name of the property that holds the stage of a deal. */
export const STAGE_PROPERTY = 'dealstage';

/** Name of the property in which the Salesforce sync keeps the opportunity's id. */
export const LINK_PROPERTY = 'hs_salesforceopportunityid';

/** HubSpot tells the time of a property change in whole milliseconds, by webhook and in the history alike. */
const GRANULARITY_MS = 1;

/** Property names may be as long as HubSpot likes; a signal's id may not. */
const MAX_ABOUT_LENGTH = 150;

/** The same id whether a webhook or the property history told it. */
export function stageEntered(fact: Fact, stageId: string): StageTransition {
  const { connectionId, recordId, atMs } = fact;
  return {
    v: 1,
    kind: 'transition',
    id: `t/${connectionId}/${recordId}/${stageId}/${atMs}`,
    connectionId,
    recordId,
    stageId,
    enteredAtMs: atMs,
    granularityMs: GRANULARITY_MS,
  };
}

export function recordCame(fact: Fact, what: 'created' | 'deleted' | 'restored'): RecordLifecycle {
  const { connectionId, recordId, atMs } = fact;
  return {
    v: 1,
    kind: 'lifecycle',
    id: `l/${connectionId}/${recordId}/${what}/${atMs}`,
    connectionId,
    recordId,
    what,
    atMs,
  };
}

export function recordChanged(fact: Fact, about: string): RecordHint {
  const { connectionId, recordId, atMs } = fact;
  const short = about.slice(0, MAX_ABOUT_LENGTH);
  return {
    v: 1,
    kind: 'hint',
    id: `h/${connectionId}/${recordId}/${short}/${atMs}`,
    connectionId,
    recordId,
    about: short,
    atMs,
  };
}

/**
 * One signal for every record that went into `winnerId`, and a hint to look at the winner.
 * When a merge makes a new record, the primary one went into it as well.
 */
export function recordsMerged(
  fact: Omit<Fact, 'recordId'>,
  merge: { winnerId: string; goneIds: readonly string[] },
): CrmSignal[] {
  const goneIds = [...new Set(merge.goneIds)].filter((id) => id !== merge.winnerId);
  const gone = goneIds.map(
    (recordId): RecordLifecycle => ({
      v: 1,
      kind: 'lifecycle',
      id: `l/${fact.connectionId}/${recordId}/merged/${fact.atMs}`,
      connectionId: fact.connectionId,
      recordId,
      what: 'merged',
      atMs: fact.atMs,
      intoRecordId: merge.winnerId,
    }),
  );
  return [...gone, recordChanged({ ...fact, recordId: merge.winnerId }, 'merge')];
}

/** A contact is deleted for good once: its id is the whole fact. */
export function contactRemoved(connectionId: string, contactId: string, atMs: number): ContactRemoval {
  return { kind: 'removal', id: `x/${connectionId}/${contactId}`, connectionId, contactId, atMs };
}

/**
 * The deal's side of an association event: `DEAL_TO_CONTACT` names it first, `CONTACT_TO_DEAL` second.
 * Undefined when neither side is there.
 */
export function dealOfAssociation(event: {
  readonly associationType: string;
  readonly objectId?: string | undefined;
  readonly fromObjectId?: string | undefined;
  readonly toObjectId?: string | undefined;
}): string | undefined {
  const type = event.associationType.toUpperCase();
  if (type.startsWith('DEAL_TO_')) return event.fromObjectId ?? event.objectId;
  if (type.endsWith('_TO_DEAL')) return event.toObjectId ?? event.objectId;
  return event.objectId ?? event.fromObjectId;
}
