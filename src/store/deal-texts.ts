import { HubError } from '../domain/errors.ts';
import {
  CONTRACT_PREFIX,
  DECISION_PREFIX,
  dealPk,
  PLAN_PREFIX,
  SIGNAL_PREFIX,
  STANDING_PREFIX,
  TASK_PREFIX,
  WRITE_PREFIX,
} from './keys.ts';
import type { Item, Table } from './table.ts';

/**
 * Fields that hold words for people, by kind of item. Ids, keys, codes and numbers are none. The name that a deal has in
 * the CRM is none either: a read would bring it back, so it is corrected there.
 */
const TEXTS: readonly (readonly [prefix: string, fields: readonly string[]])[] = [
  [CONTRACT_PREFIX, ['name', 'email', 'note', 'sentence', 'remedy', 'endReason', 'subject']],
  [STANDING_PREFIX, ['sentence', 'remedy']],
  [DECISION_PREFIX, ['sentence', 'remedy']],
  [PLAN_PREFIX, ['sentence']],
  [TASK_PREFIX, ['title', 'body', 'sentence', 'remedy']],
  [WRITE_PREFIX, ['note', 'sentence', 'remedy']],
  [SIGNAL_PREFIX, ['reason', 'effect']],
];

const SAVE_ATTEMPTS = 12;

export interface DealTexts {
  /**
   * Rewrites the words for people in everything that hangs on a deal, each item under its version. Gives the number of
   * items that changed. HubError `store.contended` (retryable).
   */
  rewriteDealTexts(dealId: string, rewrite: (text: string) => string): Promise<number>;
}

export function createDealTexts(table: Table): DealTexts {
  async function rewriteItem(found: Item, rewrite: (text: string) => string): Promise<boolean> {
    let item: Item | undefined = found;
    for (let attempt = 0; attempt < SAVE_ATTEMPTS && item !== undefined; attempt += 1) {
      const { sk } = item;
      const fields = TEXTS.find(([prefix]) => sk.startsWith(prefix))?.[1] ?? [];
      const data = rewritten(item.data, fields, rewrite);
      if (data === item.data) return false;
      const outcome = await table.replace({ ...item, version: item.version + 1, data }, item.version);
      if (outcome === 'written') return true;
      item = await table.get(found);
    }
    if (item === undefined) return false;
    throw new HubError('store.contended', `${found.pk} / ${found.sk} is changed too often at the moment`, {
      retry: { afterMs: 2000 },
    });
  }

  return {
    async rewriteDealTexts(dealId, rewrite) {
      let changed = 0;
      for (const item of await table.query(dealPk(dealId))) {
        if (await rewriteItem(item, rewrite)) changed += 1;
      }
      return changed;
    },
  };
}

/** The same value when nothing in it changed. */
function rewritten(value: unknown, fields: readonly string[], rewrite: (text: string) => string): unknown {
  if (typeof value !== 'object' || value === null || fields.length === 0) return value;
  const entries = Object.entries(value).map(([name, part]): readonly [string, unknown, unknown] => [
    name,
    part,
    typeof part === 'string' ? (fields.includes(name) ? rewrite(part) : part) : rewritten(part, fields, rewrite),
  ]);
  if (entries.every(([, before, after]) => before === after)) return value;
  if (Array.isArray(value)) return entries.map(([, , after]) => after);
  return Object.fromEntries(entries.map(([name, , after]) => [name, after]));
}
