import { OWNED_FIELDS } from '../../../domain/owned-fields.ts';
import { type Component, metadataXml } from './component.ts';
import { customFieldLabel, customFieldName, TASK_KEY_FIELD } from './names.ts';

/** The longest that a text field may be (Metadata API Developer Guide, "CustomField"); our values stay far below. */
const TEXT_LENGTH = 255;
/** Keys of effects are cut to this. */
const TASK_KEY_LENGTH = 100;

/** The fields of opportunities that the hub writes. History tracking is left as the org has it: off. */
export function opportunityFields(): readonly Component[] {
  return OWNED_FIELDS.map((name) =>
    field('Opportunity', customFieldName(name), {
      label: customFieldLabel(name),
      description: 'Written by Stagepost; changes made by hand are overwritten.',
      length: TEXT_LENGTH,
      unique: false,
    }),
  );
}

/**
 * Where a task carries the key of what made it. No public source says whether a field of Activity may be unique and an
 * external id, so it is neither unless asked for: an org that refuses would refuse everything else with it.
 */
export function taskKeyField(unique: boolean): Component {
  return field('Activity', TASK_KEY_FIELD, {
    label: 'Stagepost Key',
    description: 'How Stagepost finds its own tasks again. Do not change.',
    length: TASK_KEY_LENGTH,
    unique,
  });
}

function field(
  object: string,
  name: string,
  given: { label: string; description: string; length: number; unique: boolean },
): Component {
  return {
    type: 'CustomField',
    member: `${object}.${name}`,
    path: `objects/${object}/fields/${name}.field-meta.xml`,
    text: metadataXml('CustomField', {
      fullName: name,
      description: given.description,
      externalId: given.unique,
      label: given.label,
      length: given.length,
      required: false,
      type: 'Text',
      unique: given.unique,
    }),
  };
}
