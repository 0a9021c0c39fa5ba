import { claimKey } from './keys.ts';
import type { Table } from './table.ts';
import { dataOf } from './versioned.ts';

/** Who acts for a CRM record, and which connection led when that was decided. */
export interface Claim {
  readonly dealId: string;
  readonly leading: string;
}

/**
 * A record is claimed by one deal, once and for good, before anything is done outside in its name. Two deals that turn
 * out to be the same one meet here, whichever of them knew of the other first.
 */
export interface Claims {
  /** The claim that stands: this one, unless another one was there first. */
  claimRecord(connectionId: string, recordId: string, claim: Claim): Promise<Claim>;
}

export function createClaims(table: Table): Claims {
  return {
    async claimRecord(connectionId, recordId, claim) {
      const key = claimKey(connectionId, recordId);
      const outcome = await table.create({ ...key, version: 1, data: { v: 1, ...claim } });
      if (outcome === 'written') return claim;
      const item = await table.get<Claim>(key);
      if (item === undefined) return claim;
      const { dealId, leading } = dataOf(item);
      return { dealId, leading };
    },
  };
}
