import type { Definitions } from './definitions.ts';
import { badRequest, conflict, type InvalidValue, invalidValues } from './failures.ts';
import { isoInstant, parseInstant } from './instants.ts';
import { OBJECT_KINDS } from './kinds.ts';
import { latestValue, type ObjectType, type StoredObject } from './model.ts';
import type { Owners } from './owners.ts';
import type { Pipelines } from './pipelines.ts';
import type { PropertyDefinition } from './standard-properties.ts';
import type { SwitchBoard } from './switches.ts';

export type RawValues = Readonly<Record<string, string | number | boolean | null>>;

/** Throws the failure the API answers with, naming every refused value; returns the values as they are stored. */
export type CheckWrite = (
  type: ObjectType,
  raw: RawValues,
  current: StoredObject | undefined,
) => Readonly<Record<string, string>>;

/** Longest body of a note (HubSpot "Notes API"). */
const NOTE_BODY_LIMIT = 65_536;

const CREATE_DEFAULTS: Readonly<Partial<Record<ObjectType, Readonly<Record<string, string>>>>> = {
  deals: { pipeline: 'default' },
  tasks: { hs_task_status: 'NOT_STARTED', hs_task_type: 'TODO', hs_task_priority: 'NONE' },
};

export function createWriteRules(deps: {
  definitions: Definitions;
  pipelines: Pipelines;
  owners: Owners;
  switches: SwitchBoard;
  /** Id of the record that has this unique value, if any. */
  holder: (type: ObjectType, property: string, value: string) => string | undefined;
}): CheckWrite {
  const { definitions, pipelines, owners, switches, holder } = deps;

  /** The stored form, or what is wrong with the value. */
  function normalise(
    definition: PropertyDefinition,
    value: string,
    pipelineId: string,
  ): { ok: string } | { code: string; message: string } {
    if (value === '') return { ok: '' };
    if (definition.name === 'pipeline') {
      if (pipelines.find(value) !== undefined) return { ok: value };
      return { code: 'INVALID_OPTION', message: `${value} was not one of the allowed options: ${pipelineIds()}` };
    }
    if (definition.name === 'dealstage') {
      if (pipelines.stage(pipelineId, value) !== undefined) return { ok: value };
      const allowed = pipelines.find(pipelineId)?.stages.map((stage) => stage.id) ?? [];
      return {
        code: 'INVALID_OPTION',
        message: `${value} was not one of the allowed options for pipeline ${pipelineId}: [${allowed.join(', ')}]`,
      };
    }
    if (definition.name === 'hubspot_owner_id') {
      if (owners.find(value)?.archived === false) return { ok: value };
      return { code: 'INVALID_OWNER_ID', message: `Owner ${value} does not exist` };
    }
    switch (definition.type) {
      case 'number':
        return Number.isFinite(Number(value))
          ? { ok: value }
          : { code: 'INVALID_NUMBER', message: `${value} was not a valid number.` };
      case 'date':
      case 'datetime': {
        const atMs = parseInstant(value);
        if (atMs === undefined) return { code: 'INVALID_DATE', message: `${value} was not a valid date.` };
        return { ok: definition.type === 'date' ? isoInstant(atMs).slice(0, 10) : isoInstant(atMs) };
      }
      case 'bool':
        return ['true', 'false'].includes(value)
          ? { ok: value }
          : { code: 'INVALID_BOOLEAN', message: `${value} was not a valid boolean.` };
      case 'enumeration': {
        const values = definition.options.map((option) => option.value);
        if (values.includes(value)) return { ok: value };
        return {
          code: 'INVALID_OPTION',
          message: `${value} was not one of the allowed options: [${values.join(', ')}]`,
        };
      }
      case 'string':
        if (definition.name !== 'hs_note_body' || value.length <= NOTE_BODY_LIMIT) return { ok: value };
        return { code: 'VALUE_TOO_LONG', message: `hs_note_body is longer than ${NOTE_BODY_LIMIT} characters.` };
      default:
        return definition.type satisfies never;
    }
  }

  const pipelineIds = () =>
    `[${pipelines
      .list()
      .map((each) => each.id)
      .join(', ')}]`;

  function refuseTaken(type: ObjectType, property: string, value: string, ownId: string | undefined): void {
    const takenBy = holder(type, property, value);
    if (takenBy === undefined || takenBy === ownId) return;
    if (type === 'contacts' && property === 'email') {
      throw conflict(`Contact already exists. Existing ID: ${takenBy}`);
    }
    const message = `Cannot set ${property} to "${value}": record ${takenBy} already has that value.`;
    throw invalidValues(
      [{ property, value, code: 'CONFLICTING_UNIQUE_VALUE', message }],
      switches.get().uniqueClashStatus,
    );
  }

  return (type, raw, current) => {
    const given: Record<string, string> = { ...(current === undefined ? CREATE_DEFAULTS[type] : {}) };
    for (const [name, value] of Object.entries(raw)) given[name] = value === null ? '' : String(value);

    if (current === undefined) {
      const missing = OBJECT_KINDS[type].requiredProperties.filter((name) => (given[name] ?? '') === '');
      if (missing.length > 0) {
        throw badRequest(
          `Error creating ${OBJECT_KINDS[type].singular.toUpperCase()}. Some required properties were not set.`,
          { context: { properties: missing } },
        );
      }
    }

    const pipelineId = given.pipeline ?? (current && latestValue(current, 'pipeline')) ?? '';
    // A stage belongs to one pipeline, so a write that changes only the pipeline leaves a stage that is not in it.
    const stage = current && latestValue(current, 'dealstage');
    if (given.pipeline !== undefined && stage !== undefined) given.dealstage ??= stage;
    const invalid: InvalidValue[] = [];
    const values: Record<string, string> = {};
    for (const [property, value] of Object.entries(given)) {
      const definition = definitions.find(type, property);
      if (definition === undefined) {
        const message = `Property "${property}" does not exist`;
        invalid.push({ property, value, code: 'PROPERTY_DOESNT_EXIST', message });
      } else if (definition.readOnly) {
        const message = `"${property}" is a calculated property; its value cannot be set.`;
        invalid.push({ property, value, code: 'READ_ONLY_VALUE', message });
      } else {
        const result = normalise(definition, value, pipelineId);
        if ('ok' in result) values[property] = result.ok;
        else invalid.push({ property, value, ...result });
      }
    }
    if (invalid.length > 0) throw invalidValues(invalid);

    for (const [property, value] of Object.entries(values)) {
      if (value !== '' && definitions.find(type, property)?.hasUniqueValue) {
        refuseTaken(type, property, value, current?.id);
      }
    }
    return values;
  };
}
