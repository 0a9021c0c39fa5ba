import { recordCame } from '../mapping.ts';
import type { ChangeHeader } from './change-event-payload.ts';
import { opportunityIdOf } from './opportunity.ts';
import { ignored, type Part, rejected } from './parts.ts';
import { latestMs, readRecord, readWhatChanged } from './reads.ts';

/** Fields that the hub owns; and those that every write moves. */
const OWN_FIELD = /^Stagepost_\w+__c$/i;
const MOVED_BY_EVERY_WRITE: readonly string[] = ['LastModifiedDate', 'LastModifiedById', 'SystemModstamp'];
const STAGE_FIELD = 'StageName';
/** The hub names itself in `Sforce-Call-Options`, and Salesforce repeats the name in `changeOrigin`. */
const OWN_CLIENT = /;\s*client=stagepost\s*(?:;|$)/i;

/** Instead of an id: of no record, or of all records of an object ("ChangeEventHeader Fields", recordIds). */
const NO_RECORD = /^0{15}(?:AAA)?$/;
const ANY_RECORD = /^[A-Za-z0-9]{3}\*$/;

export interface OpportunityChange {
  readonly connectionId: string;
  readonly changeType: string;
  readonly header: ChangeHeader;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a change event about opportunities leads to; a bad id among its record ids does not hold up the others. */
export function changedRecords(change: OpportunityChange, text: string): readonly Part[] {
  const { connectionId, changeType, header } = change;
  const origin = `cdc/${header.commitNumber}/${header.sequenceNumber}`;
  const atMs = header.commitTimestamp;
  const nobodyKnowsWhich = readWhatChanged({ connectionId, origin, sinceMs: atMs });
  // Too much changed in one transaction: Salesforce tells that, not what ("Gap and Overflow Events").
  if (changeType === 'GAP_OVERFLOW') return [nobodyKnowsWhich];
  const partsOf = partsByType(changeType);
  if (partsOf === undefined) return [ignored(`change:${changeType}`)];
  if (changeType === 'UPDATE' && isOwnWrite(change)) return [ignored('own-fields')];
  if (header.recordIds.length === 0)
    return [rejected('field.missing', 'recordIds is empty, so nobody can tell what changed', text)];

  return header.recordIds.flatMap((given, index) => {
    if (typeof given === 'string' && (NO_RECORD.test(given) || ANY_RECORD.test(given))) return [nobodyKnowsWhich];
    const opportunity = opportunityIdOf(given, `recordIds.${index}`);
    if (!opportunity.ok) return [rejected(opportunity.code, opportunity.sentence, text, index)];
    const { recordId } = opportunity;
    return partsOf({
      read: (about) => readRecord({ connectionId, recordId, origin, sinceMs: latestMs(atMs), about }),
      came: (what) => ({ is: 'signal', signal: recordCame({ connectionId, recordId, atMs }, what) }),
    });
  });
}

interface Answers {
  read(about: 'change-event' | 'gap'): Part;
  came(what: 'created' | 'deleted' | 'restored'): Part;
}

/** Undefined for a type that Salesforce did not have when this was written. */
function partsByType(changeType: string): ((answers: Answers) => readonly Part[]) | undefined {
  switch (changeType) {
    case 'CREATE':
      return ({ read, came }) => [came('created'), read('change-event')];
    case 'UPDATE':
      return ({ read }) => [read('change-event')];
    case 'DELETE':
      return ({ came }) => [came('deleted')];
    case 'UNDELETE':
      return ({ read, came }) => [came('restored'), read('change-event')];
    // Gap events hold a header only: something happened to these records that could not be told.
    case 'GAP_CREATE':
    case 'GAP_UPDATE':
    case 'GAP_DELETE':
    case 'GAP_UNDELETE':
      return ({ read }) => [read('gap')];
    default:
      return undefined;
  }
}

/**
 * An echo of what the hub wrote. A stage is never one, whoever wrote it: the hub learns of its own stage writes as of
 * everybody's.
 */
function isOwnWrite({ header, payload }: OpportunityChange): boolean {
  const named = header.changedFields ?? [];
  const fields = named.length > 0 ? named : Object.keys(payload).filter((name) => name !== 'ChangeEventHeader');
  if (fields.length === 0 || fields.includes(STAGE_FIELD)) return false;
  if (OWN_CLIENT.test(header.changeOrigin ?? '')) return true;
  return (
    fields.some((field) => OWN_FIELD.test(field)) &&
    fields.every((field) => OWN_FIELD.test(field) || MOVED_BY_EVERY_WRITE.includes(field))
  );
}
