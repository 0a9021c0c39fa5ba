import { dealKey, READ_PREFIX } from './keys.ts';
import type { Table } from './table.ts';
import { dataOf } from './versioned.ts';

/** When the provider was last asked about a contract's envelope: providers limit how often. Forgotten after 30 days. */
export interface EnvelopeReads {
  loadEnvelopeReadMs(dealId: string, n: number): Promise<number | undefined>;
  noteEnvelopeRead(dealId: string, n: number, atMs: number): Promise<void>;
}

const KEPT_DAYS = 30;

export function createEnvelopeReads(table: Table): EnvelopeReads {
  return {
    async loadEnvelopeReadMs(dealId, n) {
      const item = await table.get<{ v: 1; atMs: number }>(dealKey(dealId, `${READ_PREFIX}${n}`));
      return item === undefined ? undefined : dataOf(item).atMs;
    },
    async noteEnvelopeRead(dealId, n, atMs) {
      await table.put({
        ...dealKey(dealId, `${READ_PREFIX}${n}`),
        version: 1,
        data: { v: 1, atMs },
        expiresAtSeconds: Math.floor(atMs / 1000) + KEPT_DAYS * 86_400,
      });
    },
  };
}
