import { badRequest } from './failures.ts';
import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { type IdKind, PREFIXES } from './ids.ts';
import { fieldOf, type Schema } from './schema.ts';
import type { Path } from './soql-types.ts';
import type { Row, Tables } from './tables.ts';
import type { FieldValue } from './values.ts';

/** A path as the schema understands it: along references to a field. */
export interface ResolvedPath {
  /** The references to follow, and how each step is called in the answer. */
  readonly steps: readonly { readonly field: FieldDefinition; readonly name: string }[];
  readonly field: FieldDefinition;
  /** The last step of a reference to several objects: the name of the object itself is asked for. */
  readonly isTypeName: boolean;
}

export interface SoqlFields {
  objectOf(name: string): ObjectDefinition;
  resolve(object: ObjectDefinition, path: Path): ResolvedPath;
  valueOf(row: Row, path: ResolvedPath): FieldValue;
  /** The record that a reference points to, deleted or not. */
  follow(row: Row, field: FieldDefinition): Row | undefined;
}

/** Fields that all objects of a polymorphic reference have in common (`What`, `Who`, `LinkedEntity`). */
const TYPE_NAME = 'type';

export function createSoqlFields(deps: { schema: Schema; tables: Tables }): SoqlFields {
  const { schema, tables } = deps;

  function unknownField(name: string, object: ObjectDefinition): Error {
    return badRequest(
      'INVALID_FIELD',
      `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }

  const follow: SoqlFields['follow'] = (row, { name, refersTo }) => {
    const id = row.fields[name];
    if (typeof id !== 'string') return undefined;
    const type = refersTo.find((each) => PREFIXES[each as IdKind] === id.slice(0, 3));
    return type === undefined ? undefined : tables.get(type, id);
  };

  return {
    follow,
    objectOf(name) {
      const object = schema.find(name);
      if (object !== undefined) return object;
      throw badRequest(
        'INVALID_TYPE',
        `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
      );
    },
    resolve(start, path) {
      const [first = '', ...others] = path;
      // A path may begin with the object itself.
      const rest = others.length > 0 && first.toLowerCase() === start.name.toLowerCase() ? others : path;
      let object = start;
      const steps: { field: FieldDefinition; name: string }[] = [];
      for (const name of rest.slice(0, -1)) {
        const step = object.fields.find((each) => each.relationship?.toLowerCase() === name.toLowerCase());
        const [target] = step?.refersTo ?? [];
        if (step?.relationship === undefined || target === undefined) {
          throw badRequest(
            'INVALID_FIELD',
            `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
          );
        }
        steps.push({ field: step, name: step.relationship });
        object = schema.object(target);
      }
      const last = rest.at(-1) ?? '';
      const isTypeName = last.toLowerCase() === TYPE_NAME && (steps.at(-1)?.field.refersTo.length ?? 0) > 1;
      const field = fieldOf(object, isTypeName ? 'Id' : last);
      if (field === undefined) throw unknownField(last, object);
      return { steps, field, isTypeName };
    },
    valueOf(row, { steps, field, isTypeName }) {
      let current: Row | undefined = row;
      for (const step of steps) current = current === undefined ? undefined : follow(current, step.field);
      if (current === undefined) return null;
      return isTypeName ? current.type : (current.fields[field.name] ?? null);
    },
  };
}
