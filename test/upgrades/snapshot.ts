import type { DealFacts, DealOwner } from '../../src/domain/deal-facts.ts';
import type { EnvelopeStatus } from '../../src/esign/esign-port.ts';
import type { RawItem } from './wire-item.ts';

/** A deal in the middle of its journey: what the table holds of it, and what is true outside. */
export interface Snapshot {
  readonly about: string;
  readonly atMs: number;
  readonly dealId: string;
  /** Everything under the deal's key, its aliases and its claims. The configuration is the first one of `items/config-v.json`. */
  readonly items: readonly RawItem[];
  /** What the CRM says of the deal's leading record. */
  readonly facts: DealFacts;
  readonly owners: readonly DealOwner[];
  readonly envelopes: readonly SnapshotEnvelope[];
  /** Effect keys of the tasks that the CRM has. */
  readonly crmTasks: readonly string[];
  /** Write-backs whose files are attached in the CRM, e.g. `file/contract-1/certificate`. */
  readonly crmFiles: readonly string[];
}

export interface SnapshotEnvelope {
  readonly envelopeId: string;
  readonly status: EnvelopeStatus;
  readonly contractRef: string;
  readonly attemptKey: string;
  readonly createdAtMs: number;
}
