import type { Stage } from '../domain/stages.ts';
import type { Key } from './table.ts';

const SHARDS = 4;

/** All shards of a partition that would otherwise be one hot key. */
export const SHARD_NUMBERS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/** FNV-1a: spreads ids evenly and never changes, because keys already stored depend on it. */
export function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % SHARDS;
}

/** Sortable text of a time; 13 digits last until the year 2286. */
export function sortableMs(atMs: number): string {
  return String(Math.trunc(atMs)).padStart(13, '0');
}

/** Calendar day in UTC, `YYYY-MM-DD`. */
export function dayUtc(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** The day of `nowMs` and those before it, newest first, `count` of them, UTC. */
export function latestDaysUtc(nowMs: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, back) => dayUtc(nowMs - back * 86_400_000));
}

export const SIGNAL_PREFIX = 'SIGNAL#';
export const CONTRACT_PREFIX = 'CONTRACT#';
export const PLAN_PREFIX = 'PLAN#';
export const TASK_PREFIX = 'TASK#';
export const WRITE_PREFIX = 'WRITE#';
/** When somebody outside was last asked about the deal's record or about the envelope of a contract. */
export const READ_PREFIX = 'READ#';
/** Decisions that were replaced by later ones. */
export const DECISION_PREFIX = 'WHY#';
/** The decision that stands now, one per subject. */
export const STANDING_PREFIX = 'NOW#';
export const DELIVERY_PREFIX = 'LOG#';
export const QUARANTINE_PREFIX = 'QUARANTINE#';
export const CONFIG_PREFIX = 'V#';
/** In the partition of a contact: the deals whose items may name it. */
export const CONTACT_DEAL_PREFIX = 'DEAL#';
export const CONFIG_PK = 'CONFIG';
export const STATE_SK = 'STATE';

export function dealPk(dealId: string): string {
  return `DEAL#${dealId}`;
}

export function dealKey(dealId: string, sk: string): Key {
  return { pk: dealPk(dealId), sk };
}

export function taskSk(planKey: string, taskKey: string): string {
  return `${TASK_PREFIX}${planKey}#${taskKey}`;
}

export function standingSk(subject: string): string {
  return `${STANDING_PREFIX}${subject}`;
}

/** Made of the version that the decision had while it stood, so that keeping it twice keeps it once. */
export function decisionSk(subject: string, version: number): string {
  return `${DECISION_PREFIX}${subject}#${String(version).padStart(6, '0')}`;
}

export function aliasKey(connectionId: string, recordId: string): Key {
  return { pk: `ALIAS#${connectionId}#${recordId}`, sk: 'REF' };
}

/** Which deal may have effects for this record; never given away once it is taken. */
export function claimKey(connectionId: string, recordId: string): Key {
  return { pk: `CLAIM#${connectionId}#${recordId}`, sk: 'REF' };
}

/** Of a record of which nobody has to know whether it is a deal. */
export function recordMarkKey(connectionId: string, recordId: string): Key {
  return { pk: `ALIAS#${connectionId}#${recordId}`, sk: `${READ_PREFIX}record` };
}

export function contactPk(connectionId: string, contactId: string): string {
  return `CONTACT#${connectionId}#${contactId}`;
}

export function contactDealKey(connectionId: string, contactId: string, dealId: string): Key {
  return { pk: contactPk(connectionId, contactId), sk: CONTACT_DEAL_PREFIX + dealId };
}

/** That a contact was removed on request. */
export function contactRemovalKey(connectionId: string, contactId: string): Key {
  return { pk: contactPk(connectionId, contactId), sk: 'REMOVED' };
}

export function dayPk(day: string, shard: number): string {
  return `DAY#${day}#${shard}`;
}

export function stageListingPk(stage: Stage, shard: number): string {
  return `DEALS#${stage}#${shard}`;
}

/** Contracts that are not at their end, by deal. */
export function activeContractsPk(shard: number): string {
  return `CONTRACTS#active#${shard}`;
}

/** Contracts at their end, by the time of their last change. */
export function endedContractsPk(shard: number): string {
  return `CONTRACTS#ended#${shard}`;
}

/** Decisions that stand and that something would mend, by time. */
export function holdsPk(shard: number): string {
  return `HOLDS#${shard}`;
}

/** Tasks and write-backs that are begun and not done, by the time at which they came into being. */
export function openWorkPk(shard: number): string {
  return `OPEN#${shard}`;
}

export function noteKey(connectionId: string, name: string): Key {
  return { pk: `CONNECTION#${connectionId}`, sk: `NOTE#${name}` };
}

/** Six digits keep versions in order as text. */
export function configKey(version: number): Key {
  return { pk: CONFIG_PK, sk: `${CONFIG_PREFIX}${String(version).padStart(6, '0')}` };
}
