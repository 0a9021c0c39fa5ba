import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { NewCustomField } from './control-types.ts';
import { type FieldDefinition, type FieldType, field, type ObjectDefinition } from './field-types.ts';
import { STANDARD_OBJECTS } from './standard-objects.ts';
import type { SwitchBoard } from './switches.ts';

/** The way back along a reference. */
export interface ChildRelationship {
  readonly name: string;
  readonly object: string;
  readonly field: string;
}

/** Objects and fields as this org has them now: standard, deployed, and switched. */
export interface Schema {
  objects(): readonly ObjectDefinition[];
  /** Without regard to case. */
  find(object: string): ObjectDefinition | undefined;
  /** Throws an Error: for names out of our own code. */
  object(name: string): ObjectDefinition;
  childrenOf(object: string): readonly ChildRelationship[];
  /** Throws an Error that says what is wrong with the field. */
  deploy(custom: NewCustomField): void;
}

const TYPES: Readonly<Record<NewCustomField['type'], FieldType>> = {
  Text: 'string',
  LongTextArea: 'textarea',
  Checkbox: 'boolean',
  Number: 'double',
  Date: 'date',
  DateTime: 'datetime',
};
const MOST_TEXT = 255;
const TASK_KEY = 'Stagepost_Key__c';

export function createSchema(deps: { storage: SandboxStorage; switches: SwitchBoard }): Schema {
  const { switches } = deps;
  const deployed = deps.storage.records<NewCustomField>('custom-field');
  const objectOf = (name: string) => (name === 'Activity' ? 'Task' : name);

  function definition(custom: NewCustomField): FieldDefinition {
    const isKey = custom.object === 'Task' && custom.fullName === TASK_KEY && switches.get().uniqueTaskKey;
    const type = TYPES[custom.type];
    return field(custom.fullName, type, {
      label: custom.label,
      custom: true,
      unique: isKey || custom.unique === true,
      externalId: isKey || custom.externalId === true,
      ...(custom.length === undefined ? {} : { length: custom.length }),
    });
  }

  function inThisOrg(object: ObjectDefinition): ObjectDefinition {
    const { multiCurrency, recordTypes } = switches.get();
    const has = { multiCurrency, recordTypes };
    const custom = deployed.values().filter((each) => each.object === object.name);
    const standard = object.fields.filter(({ onlyWith }) => onlyWith === undefined || has[onlyWith]);
    return { ...object, fields: [...standard, ...custom.map(definition)] };
  }

  // Definitions are asked for on every read: they are made again only after something changed.
  let known: { key: unknown; objects: readonly ObjectDefinition[]; byName: Map<string, ObjectDefinition> } | undefined;
  let changes = 0;
  function current() {
    const now = switches.get();
    if (known === undefined || known.key !== now || changes > 0) {
      const objects = STANDARD_OBJECTS.filter(
        ({ name }) => name !== 'OpportunityFieldHistory' || now.fieldHistory !== 'no-object',
      ).map(inThisOrg);
      known = { key: now, objects, byName: new Map(objects.map((each) => [each.name.toLowerCase(), each])) };
      changes = 0;
    }
    return known;
  }
  const find: Schema['find'] = (name) => current().byName.get(name.toLowerCase());

  return {
    objects: () => current().objects,
    find,
    object(name) {
      const found = find(name);
      if (found === undefined) throw new Error(`The org has no object ${name}.`);
      return found;
    },
    childrenOf: (parent) =>
      current().objects.flatMap((object) =>
        object.fields.flatMap(({ name, children, refersTo }) =>
          children !== undefined && refersTo.includes(parent)
            ? [{ name: children, object: object.name, field: name }]
            : [],
        ),
      ),
    deploy(custom) {
      const object = find(objectOf(custom.object));
      if (object === undefined) throw new Error(`There is no object ${custom.object}; fields go on e.g. Opportunity.`);
      if (!/^[A-Za-z][A-Za-z0-9_]*__c$/.test(custom.fullName)) {
        throw new Error(`${custom.fullName} is no name of a custom field; it has to end in __c.`);
      }
      if (custom.type === 'Text' && (custom.length === undefined || custom.length > MOST_TEXT)) {
        throw new Error(`${custom.fullName}: a Text field needs a length of at most ${MOST_TEXT}.`);
      }
      const isSpecial = custom.unique === true || custom.externalId === true;
      if (object.name === 'Task' && isSpecial && !switches.get().uniqueTaskKey) {
        throw new Error(
          `${custom.fullName}: activities cannot have unique fields or external ids (switch uniqueTaskKey).`,
        );
      }
      deployed.set(`${object.name}.${custom.fullName}`, { ...custom, object: object.name });
      changes += 1;
    },
  };
}

/** Without regard to case. */
export function fieldOf(object: ObjectDefinition, name: string): FieldDefinition | undefined {
  const wanted = name.toLowerCase();
  return object.fields.find((each) => each.name.toLowerCase() === wanted);
}
