import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { derivedValues } from './computed.ts';
import type { Definitions } from './definitions.ts';
import { recordNotFound } from './failures.ts';
import { OBJECT_KINDS } from './kinds.ts';
import {
  type ChangeSource,
  type Emit,
  latestValue,
  type ObjectType,
  type StoredObject,
  type ValueVersion,
} from './model.ts';
import type { Owners } from './owners.ts';
import type { Pipelines } from './pipelines.ts';
import type { SwitchBoard } from './switches.ts';
import { type CheckWrite, createWriteRules, type RawValues } from './write-rules.ts';

/** The records of the portal with the whole history of their values. */
export interface Objects {
  readonly check: CheckWrite;
  find(type: ObjectType, id: string): StoredObject | undefined;
  /** Follows merges as the switch says. Throws 404 when there is none, or it is archived and the caller wants live ones. */
  read(type: ObjectType, id: string, archived?: boolean): StoredObject;
  findByUnique(type: ObjectType, property: string, value: string): StoredObject | undefined;
  all(type: ObjectType): StoredObject[];
  create(type: ObjectType, raw: RawValues, source: ChangeSource, atMs?: number): StoredObject;
  update(object: StoredObject, raw: RawValues, source: ChangeSource, atMs?: number): StoredObject;
  archive(object: StoredObject, source: ChangeSource): void;
  restore(object: StoredObject, source: ChangeSource): void;
  /** Deletes a contact for good, as a person's request for privacy does: not even the recycle bin has it. */
  erase(contact: StoredObject, source: ChangeSource): void;
  /** Stores what a merge made, under a new id. */
  mergeInto(primary: StoredObject, other: StoredObject, source: ChangeSource): StoredObject;
  /** Moves the modification time only, as an activity logged on the record does. */
  touch(type: ObjectType, id: string): void;
}

export function createObjects(deps: {
  storage: SandboxStorage;
  clock: Clock;
  definitions: Definitions;
  pipelines: Pipelines;
  owners: Owners;
  switches: SwitchBoard;
  emit: Emit;
}): Objects {
  const { storage, clock, definitions, pipelines, switches, emit } = deps;
  const records = (type: ObjectType) => storage.records<StoredObject>(`object-${type}`);
  const uniqueValues = storage.records<string>('unique-value');
  const find: Objects['find'] = (type, id) => records(type).get(id);
  const save = (object: StoredObject) => {
    records(object.type).set(object.id, object);
    return object;
  };
  const nextId = (type: ObjectType) => String(storage.nextNumber(`id-${type}`, OBJECT_KINDS[type].firstId));
  const uniqueKey = (type: ObjectType, property: string, value: string) => `${type}/${property}/${value.toLowerCase()}`;

  const findByUnique: Objects['findByUnique'] = (type, property, value) => {
    const id = uniqueValues.get(uniqueKey(type, property, value));
    const object = id === undefined ? undefined : find(type, id);
    if (object === undefined || object.archived) return undefined;
    return latestValue(object, property)?.toLowerCase() === value.toLowerCase() ? object : undefined;
  };

  const read: Objects['read'] = (type, id, archived = false) => {
    const object = find(type, id);
    if (object?.mergedInto !== undefined && switches.get().mergedIdAnswers === 'winner') {
      return read(type, object.mergedInto, archived);
    }
    if (object === undefined || object.archived !== archived) throw recordNotFound(id);
    return object;
  };

  const check = createWriteRules({
    ...deps,
    holder: (type, property, value) => findByUnique(type, property, value)?.id,
  });

  function index(object: StoredObject, values: readonly [string, string][]): void {
    for (const [property, value] of values) {
      if (value === '' || !definitions.find(object.type, property)?.hasUniqueValue) continue;
      uniqueValues.set(uniqueKey(object.type, property, value), object.id);
    }
  }

  function write(
    object: StoredObject,
    values: Readonly<Record<string, string>>,
    source: ChangeSource,
    atMs: number,
    updatedAtMs: number,
  ) {
    const history: Record<string, readonly ValueVersion[]> = { ...object.history };
    const changed: [string, string][] = [];
    const put = (property: string, value: string) => {
      if ((history[property]?.[0]?.value ?? '') === value) return;
      history[property] = [{ value, atMs, source }, ...(history[property] ?? [])];
      changed.push([property, value]);
    };
    for (const [property, value] of Object.entries(values)) put(property, value);
    const current = (property: string) => {
      const value = history[property]?.[0]?.value;
      return value === '' ? undefined : value;
    };
    for (const [property, value] of Object.entries(derivedValues(object.type, current, pipelines, atMs))) {
      put(property, value);
    }
    const saved = save({ ...object, history, updatedAtMs });
    index(saved, changed);
    for (const [property, value] of changed) {
      if (object.type === 'deals') emit({ kind: 'propertyChange', dealId: object.id, property, value, atMs, source });
    }
    return saved;
  }

  return {
    check,
    find,
    findByUnique,
    read,
    all: (type) => records(type).values(),
    create(type, raw, source, atMs = clock.nowMs()) {
      const values = check(type, raw, undefined);
      const id = nextId(type);
      if (type === 'deals') emit({ kind: 'creation', dealId: id, atMs, source });
      return write(
        { id, type, history: {}, createdAtMs: atMs, updatedAtMs: atMs, archived: false },
        values,
        source,
        atMs,
        atMs,
      );
    },
    update: (object, raw, source, atMs = clock.nowMs()) =>
      write(object, check(object.type, raw, object), source, atMs, clock.nowMs()),
    archive(object, source) {
      const atMs = clock.nowMs();
      save({ ...object, archived: true, archivedAtMs: atMs });
      if (object.type === 'deals') emit({ kind: 'deletion', dealId: object.id, atMs, source });
    },
    restore(object, source) {
      const { archivedAtMs: _, ...kept } = object;
      save({ ...kept, archived: false, updatedAtMs: clock.nowMs() });
      if (object.type === 'deals') emit({ kind: 'restore', dealId: object.id, atMs: clock.nowMs(), source });
    },
    erase(contact, source) {
      records(contact.type).delete(contact.id);
      for (const [key, id] of uniqueValues.entries()) {
        if (id === contact.id && key.startsWith(`${contact.type}/`)) uniqueValues.delete(key);
      }
      emit({ kind: 'privacyDeletion', contactId: contact.id, atMs: clock.nowMs(), source });
    },
    mergeInto(primary, other, source) {
      const atMs = clock.nowMs();
      const moved = Object.entries(other.history).filter(
        ([property]) => latestValue(other, property) !== undefined && latestValue(primary, property) === undefined,
      );
      const ancestors = [primary, other].flatMap((each) => [
        ...(latestValue(each, 'hs_merged_object_ids')?.split(';') ?? []),
        each.id,
      ]);
      const merged = save({
        ...primary,
        id: nextId(primary.type),
        history: {
          ...primary.history,
          ...Object.fromEntries(moved),
          hs_merged_object_ids: [{ value: ancestors.join(';'), atMs, source }],
        },
        updatedAtMs: atMs,
      });
      for (const each of [primary, other]) {
        save({ ...each, archived: true, archivedAtMs: atMs, mergedInto: merged.id });
      }
      index(
        merged,
        Object.keys(merged.history).map((property) => [property, latestValue(merged, property) ?? '']),
      );
      if (primary.type === 'deals') {
        const ids = { primaryId: primary.id, mergedIds: [other.id], newId: merged.id };
        emit({ kind: 'merge', ...ids, propertiesMoved: moved.length, atMs, source });
      }
      return merged;
    },
    touch(type, id) {
      const object = find(type, id);
      if (object !== undefined) save({ ...object, updatedAtMs: clock.nowMs() });
    },
  };
}
