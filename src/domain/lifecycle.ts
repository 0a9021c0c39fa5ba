import type { Deal } from './deal.ts';
import { laneOf, leadingLane } from './lanes.ts';
import { compareText } from './transitions.ts';

/** How the leading record is: there, deleted, or merged into a record that this deal does not know. */
export type Presence = 'there' | 'deleted' | 'merged-away';

/** The latest word of the leading lane's lifecycle, by (time, id); `created` says nothing about what came after. */
export function presenceOf(deal: Deal): Presence {
  const last = (leadingLane(deal)?.lifecycle ?? [])
    .filter((each) => each.what !== 'created')
    .sort((a, b) => a.atMs - b.atMs || compareText(a.id, b.id))
    .at(-1);
  if (last === undefined || last.what === 'restored') return 'there';
  if (last.what === 'deleted') return 'deleted';
  const into = last.intoRecordId;
  const livesOn =
    into !== undefined &&
    (into === deal.leading.recordId || laneOf(deal, deal.leading.connectionId, into) !== undefined);
  return livesOn ? 'there' : 'merged-away';
}
