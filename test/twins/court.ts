import type { Deal } from '../../src/domain/deal.ts';
import type { DealItems } from '../../src/store/deal-items.ts';
import type { Kinship } from './kinship.ts';
import type { CrmRecord } from './record-crm.ts';
import type { Scenario } from './scenario.ts';
import type { TwinWorld } from './twin-world.ts';

/** What the end is judged from, and where the judgements go. */
export interface Court {
  readonly world: TwinWorld;
  readonly scenario: Scenario;
  readonly kinship: Kinship;
  /** All deals with what hangs on them, by id. */
  readonly items: ReadonlyMap<string, Items>;
  /** The deal that each record goes by. */
  readonly finals: ReadonlyMap<string, Items>;
  readonly wrong: string[];
  readonly classes: Set<string>;
}

/** A deal with what hangs on it. */
export type Items = DealItems & { readonly deal: Deal };

/** What mends itself within minutes says nothing to anybody any more when hours have gone by. */
export const PASSES: ReadonlySet<string> = new Set([
  'twin.waits-for-link',
  'twin.link-unrecorded',
  'twin.leading-unread',
  'stage.disputed',
  'stage.moved-on',
]);

export function recordNamed(name: string, { lead, follow }: TwinWorld): CrmRecord | undefined {
  return lead.records.get(name) ?? follow.records.get(name);
}
