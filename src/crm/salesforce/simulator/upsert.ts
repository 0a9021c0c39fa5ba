import { badRequest, isDeleted, noSuchKey, notFound, notSaved } from './failures.ts';
import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { fullId } from './ids.ts';
import type { Org } from './org.ts';
import { fieldOf } from './schema.ts';
import { isGone, type Row } from './tables.ts';
import type { Actor } from './transactions.ts';
import { holdersOf } from './unique-values.ts';
import type { Input } from './write-rules.ts';

/** A record named by the value of one of its fields. */
export interface ExternalKey {
  readonly object: ObjectDefinition;
  readonly field: string;
  readonly value: string;
}

export type Upserted =
  | { readonly kind: 'done'; readonly row: Row; readonly created: boolean }
  /** The value fits several records; nothing was written. */
  | { readonly kind: 'several'; readonly rows: readonly Row[] };

function keyField({ object, field }: ExternalKey): FieldDefinition {
  const definition = fieldOf(object, field);
  if (definition === undefined || !(definition.externalId || definition.name === 'Id')) throw noSuchKey(field);
  return definition;
}

/** Live records with the key. Throws 404 when the field is no external id. */
export function findByKey(org: Org, key: ExternalKey): readonly Row[] {
  const definition = keyField(key);
  if (definition.name !== 'Id') return holdersOf(key.object, definition, key.value, org.tables);
  const id = fullId(key.value);
  if (id === undefined) throw notSaved('MALFORMED_ID', `malformed id ${key.value}`);
  const row = org.tables.get(key.object.name, id);
  if (row !== undefined && isGone(row)) throw isDeleted();
  return row === undefined ? [] : [row];
}

export function upsertRow(org: Org, key: ExternalKey, input: Input, actor: Actor, isUpdateOnly: boolean): Upserted {
  const definition = keyField(key);
  const isGiven = Object.keys(input).some((name) => name.toLowerCase() === definition.name.toLowerCase());
  if (isGiven) {
    throw badRequest('INVALID_FIELD', `The ${definition.name} field should not be specified in the sobject data.`);
  }
  const found = findByKey(org, key);
  if (found.length > 1) return { kind: 'several', rows: found };
  const [only] = found;
  if (only !== undefined) return { kind: 'done', row: org.update(only, input, actor), created: false };
  if (isUpdateOnly || definition.name === 'Id') throw notFound();
  const row = org.create(key.object, { ...input, [definition.name]: key.value }, actor);
  return { kind: 'done', row, created: true };
}
