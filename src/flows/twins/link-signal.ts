import type { DealFacts } from '../../domain/deal-facts.ts';
import type { HubConfig } from '../../domain/policies.ts';
import type { RecordLink } from '../../domain/signals.ts';
import { pairOf } from '../../domain/twins.ts';
import { connectionOf } from '../connections.ts';
import type { CrmParts } from '../parts.ts';

interface RecordName {
  readonly connectionId: string;
  readonly recordId: string;
}

/** The same fact whoever found it, and whenever. */
export function linkSignal(from: RecordName, to: RecordName, atMs: number): RecordLink {
  return {
    v: 1,
    kind: 'link',
    id: `k/${from.connectionId}/${from.recordId}/${to.connectionId}/${to.recordId}`,
    connectionId: from.connectionId,
    recordId: from.recordId,
    to: { connectionId: to.connectionId, recordId: to.recordId },
    atMs,
  };
}

/**
 * The link that a CRM gives, in the other CRM's own form of ids; undefined when it gives none, when nobody has declared
 * that the two are synced, and when what it gives is no id there.
 */
export function linkedRecord(
  connectionId: string,
  facts: Pick<DealFacts, 'linkedRecordId'>,
  config: HubConfig,
  parts: Pick<CrmParts, 'crm'>,
): RecordName | undefined {
  const pair = pairOf(config, connectionId);
  if (facts.linkedRecordId === undefined || pair === undefined || pair.declaredBy !== connectionId) return undefined;
  const recordId = parts.crm(connectionOf(config, pair.other)).recordIdOf(facts.linkedRecordId);
  return recordId === undefined ? undefined : { connectionId: pair.other, recordId };
}
