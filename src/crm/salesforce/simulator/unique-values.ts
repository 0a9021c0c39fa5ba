import { notSaved } from './failures.ts';
import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { isGone, type Row, type Tables } from './tables.ts';

/** Live records that hold the value; texts are compared without regard to case. */
export function holdersOf(object: ObjectDefinition, { name }: FieldDefinition, value: unknown, tables: Tables): Row[] {
  const wanted = String(value).toLowerCase();
  return tables
    .all(object.name)
    .filter((row) => !isGone(row) && String(row.fields[name] ?? '').toLowerCase() === wanted);
}

/** Throws DUPLICATE_VALUE when another record holds the value of a unique field. */
export function refuseDuplicates(object: ObjectDefinition, row: Row, tables: Tables, named: 'named' | 'empty'): void {
  for (const definition of object.fields) {
    const value = row.fields[definition.name] ?? null;
    if (!definition.unique || value === null) continue;
    const other = holdersOf(object, definition, value, tables).find(({ id }) => id !== row.id);
    if (other === undefined) continue;
    throw notSaved(
      'DUPLICATE_VALUE',
      `duplicate value found: ${definition.name} duplicates value on record with id: ${other.id.slice(0, 15)}`,
      named === 'named' ? [definition.name] : [],
    );
  }
}
