import type { Deal, Lane, RecordedTransition } from './deal.ts';

export function laneOf(deal: Deal, connectionId: string, recordId: string): Lane | undefined {
  return deal.lanes.find((lane) => lane.connectionId === connectionId && lane.recordId === recordId);
}

/** The lane that decides: stage, entries and lifecycle of the deal are those of its leading record. */
export function leadingLane(deal: Deal): Lane | undefined {
  return laneOf(deal, deal.leading.connectionId, deal.leading.recordId);
}

export function emptyLane(record: { readonly connectionId: string; readonly recordId: string }): Lane {
  return { connectionId: record.connectionId, recordId: record.recordId, transitions: [], lifecycle: [] };
}

/** The deal with this lane in place of the one of the same record. */
export function withLane(deal: Deal, lane: Lane): Deal {
  const at = deal.lanes.findIndex((each) => each.connectionId === lane.connectionId && each.recordId === lane.recordId);
  return { ...deal, lanes: at < 0 ? [...deal.lanes, lane] : deal.lanes.with(at, lane) };
}

/**
 * Transitions of the leading record and of the records that became it by merging: what referred to an entry of the
 * old record still finds it. Copies of the old history under the new record collapse into the same entries.
 */
export function leadingTransitions(deal: Deal): readonly RecordedTransition[] {
  const { connectionId } = deal.leading;
  const chain = new Set([deal.leading.recordId]);
  for (let size = 0; size !== chain.size; ) {
    size = chain.size;
    for (const lane of deal.lanes) {
      const into = lane.lifecycle.filter((each) => each.what === 'merged').map((each) => each.intoRecordId);
      if (lane.connectionId === connectionId && into.some((id) => id !== undefined && chain.has(id))) {
        chain.add(lane.recordId);
      }
    }
  }
  return deal.lanes.flatMap((lane) =>
    lane.connectionId === connectionId && chain.has(lane.recordId) ? lane.transitions : [],
  );
}
