import { isoInstant } from './instants.ts';
import { OBJECT_KINDS } from './kinds.ts';
import { latestValue, type ObjectType, type StoredObject } from './model.ts';
import type { Pipelines } from './pipelines.ts';

/** Values that HubSpot calculates from the others when a record is written. */
export function derivedValues(
  type: ObjectType,
  value: (property: string) => string | undefined,
  pipelines: Pipelines,
  nowMs: number,
): Record<string, string> {
  switch (type) {
    case 'deals': {
      const stage = pipelines.stage(value('pipeline') ?? '', value('dealstage') ?? '');
      if (stage === undefined) return {};
      return {
        hs_deal_stage_probability: stage.probability,
        hs_is_closed: String(stage.closed),
        hs_is_closed_won: String(stage.closed && Number(stage.probability) === 1),
      };
    }
    case 'line_items': {
      const price = value('price');
      return price === undefined ? {} : { amount: String(Number(price) * Number(value('quantity') ?? '1')) };
    }
    case 'tasks': {
      const completed = value('hs_task_status') === 'COMPLETED';
      if (!completed) return { hs_task_completion_date: '' };
      return { hs_task_completion_date: value('hs_task_completion_date') ?? isoInstant(nowMs) };
    }
    default:
      return {};
  }
}

/** A record's value as a reader sees it, the record's own id and times included. */
export function readValue(object: StoredObject, property: string): string | undefined {
  return readValueAt(object, property, Number.POSITIVE_INFINITY);
}

/** The value as it was at a moment: what a search index that lags behind knows. */
export function readValueAt(object: StoredObject, property: string, atMs: number): string | undefined {
  const kind = OBJECT_KINDS[object.type];
  if (property === 'hs_object_id') return object.id;
  if (property === kind.createdProperty) return isoInstant(object.createdAtMs);
  if (property === kind.modifiedProperty) return isoInstant(modifiedAt(object, atMs));
  if (atMs === Number.POSITIVE_INFINITY) return latestValue(object, property);
  const value = object.history[property]?.find((version) => version.atMs <= atMs)?.value;
  return value === '' ? undefined : value;
}

function modifiedAt(object: StoredObject, atMs: number): number {
  if (object.updatedAtMs <= atMs) return object.updatedAtMs;
  const times = Object.values(object.history)
    .flat()
    .map((version) => version.atMs)
    .filter((each) => each <= atMs);
  return Math.max(object.createdAtMs, ...times);
}
