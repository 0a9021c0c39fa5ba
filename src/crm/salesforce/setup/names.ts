import type { OwnedField } from '../../../domain/owned-fields.ts';
import { apiNameOf } from '../mapping.ts';

/** Everything that is set up carries this name, so that an admin finds it and nothing of theirs is overwritten. */
export const APP_NAME = 'Stagepost';

/** Outbound Message on opportunities; it belongs to its object. */
export const OUTBOUND_MESSAGE = 'Stagepost_Opportunity';

/** Text field of Activity (so of tasks) that carries the key of the effect that made the task. */
export const TASK_KEY_FIELD = 'Stagepost_Key__c';

/** Name of a field of the hub in the org, as the adapter writes it. */
export function customFieldName(ownedField: OwnedField): string {
  const name = apiNameOf(ownedField);
  if (name === undefined) throw new Error(`the adapter has no name for ${ownedField}`);
  return name;
}

/** Label under which people see it: `Stagepost Contract Sent At`. */
export function customFieldLabel(ownedField: OwnedField): string {
  return customFieldName(ownedField).replace('__c', '').replaceAll('_', ' ');
}
