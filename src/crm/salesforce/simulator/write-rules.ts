import { badRequest, notSaved } from './failures.ts';
import type { FieldDefinition, ObjectDefinition } from './field-types.ts';
import { fullId, type IdKind, PREFIXES } from './ids.ts';
import { fieldOf } from './schema.ts';
import type { Stages } from './stages.ts';
import type { SwitchBoard } from './switches.ts';
import { isGone, type Tables } from './tables.ts';
import { isDate, parseTime, wireTime } from './times.ts';
import type { Fields, FieldValue } from './values.ts';

/** Fields as a client sends them. */
export type Input = Readonly<Record<string, unknown>>;

/** Throws the failure that the API answers with; returns the values as they are stored, only those that were given. */
export type CheckFields = (object: ObjectDefinition, input: Input, isNew: boolean) => Fields;

const TEXT_TYPES = ['string', 'textarea', 'picklist', 'combobox', 'email', 'phone', 'url'];

export function createWriteRules(deps: { tables: Tables; stages: Stages; switches: SwitchBoard }): CheckFields {
  const { tables, stages, switches } = deps;

  function reference(object: ObjectDefinition, definition: FieldDefinition, text: string): string {
    const id = fullId(text);
    const { name, label, refersTo } = definition;
    const wrongType = () => notSaved('MALFORMED_ID', `${label}: id value of incorrect type: ${text}`, [name]);
    if (id === undefined) throw wrongType();
    const type = refersTo.find((each) => PREFIXES[each as IdKind] === id.slice(0, 3));
    if (type === undefined) throw wrongType();
    const target = tables.get(type, id);
    if (target === undefined) throw notSaved('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', [name]);
    if (isGone(target)) throw notSaved('ENTITY_IS_DELETED', 'entity is deleted', [name]);
    if (name === 'OwnerId' && target.fields['IsActive'] !== true) {
      throw notSaved(
        'INACTIVE_OWNER_OR_USER',
        `operation performed with inactive user [${id.slice(0, 15)}] as owner of ${object.name.toLowerCase()}`,
        [name],
      );
    }
    return id;
  }

  function text(definition: FieldDefinition, value: string): string {
    const { name, label, type, length } = definition;
    if (value.length > length) {
      throw notSaved('STRING_TOO_LONG', `${label}: data value too large: ${value} (max length=${length})`, [name]);
    }
    if (type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
      throw notSaved('INVALID_EMAIL_ADDRESS', `${label}: invalid email address: ${value}`, [name]);
    }
    if (name === 'StageName' && switches.get().restrictedStages && stages.find(value)?.isActive !== true) {
      throw notSaved(
        'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        `${label}: bad value for restricted picklist field: ${value}`,
        [name],
      );
    }
    return value;
  }

  function stored(object: ObjectDefinition, definition: FieldDefinition, raw: unknown): FieldValue {
    const { type } = definition;
    if (raw === null || raw === '') return type === 'boolean' ? false : null;
    const unreadable = () => notReadable(type, raw);
    if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') throw unreadable();
    if (TEXT_TYPES.includes(type)) return text(definition, String(raw));
    switch (type) {
      case 'reference':
      case 'id':
        return reference(object, definition, String(raw));
      case 'boolean':
        if (raw === true || raw === 'true') return true;
        if (raw === false || raw === 'false') return false;
        throw unreadable();
      case 'date': {
        const day = String(raw).slice(0, 10);
        if (isDate(day) && (day === raw || parseTime(String(raw)) !== undefined)) return day;
        throw unreadable();
      }
      case 'datetime': {
        const atMs = parseTime(String(raw));
        if (atMs === undefined) throw unreadable();
        return wireTime(atMs);
      }
      case 'base64':
        return String(raw);
      default: {
        const number = Number(raw);
        if (typeof raw === 'boolean' || !Number.isFinite(number)) throw unreadable();
        return number;
      }
    }
  }

  return (object, input, isNew) => {
    const given = Object.entries(input).filter(([name]) => name !== 'attributes');
    const fields = given.map(([name, raw]) => {
      if (name.toLowerCase() === 'id') {
        throw badRequest('INVALID_FIELD', 'The Id field should not be specified in the sobject data.');
      }
      const definition = fieldOf(object, name);
      if (definition === undefined) {
        throw badRequest('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
      }
      return { definition, raw };
    });
    const closed = fields.filter(({ definition }) => !(isNew ? definition.createable : definition.updateable));
    if (closed.length > 0) {
      const names = closed.map(({ definition }) => definition.name);
      throw notSaved(
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        `Unable to create/update fields: ${names.join(', ')}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
        names,
      );
    }
    const values = Object.fromEntries(
      fields.map(({ definition, raw }) => [definition.name, stored(object, definition, raw)]),
    );
    const missing = object.fields.filter(
      ({ name, required }) => required && (isNew ? (values[name] ?? null) === null : values[name] === null),
    );
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name);
      throw notSaved('REQUIRED_FIELD_MISSING', `Required fields are missing: [${names.join(', ')}]`, names);
    }
    return values;
  };
}

/** What the JSON reader in front of the objects says of a value that does not fit the field's type. */
function notReadable(type: string, raw: unknown) {
  const kind =
    raw !== null && typeof raw === 'object'
      ? Array.isArray(raw)
        ? 'START_ARRAY'
        : 'START_OBJECT'
      : `VALUE_${typeof raw === 'boolean' ? String(raw).toUpperCase() : (typeof raw).toUpperCase()} value ${String(raw)}`;
  return badRequest(
    'JSON_PARSER_ERROR',
    `Cannot deserialize instance of ${type} from ${kind} or request may be missing a required field at [line:1, column:2]`,
  );
}
