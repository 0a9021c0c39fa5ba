import type { ObjectType } from './model.ts';

export type AssociationCategory = 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED' | 'WORK';

export interface AssociationSpec {
  readonly category: AssociationCategory;
  readonly typeId: number;
}

export interface AssociationType extends AssociationSpec {
  readonly from: ObjectType;
  readonly to: ObjectType;
  readonly label: string | null;
  /** Type id of the same link seen from the other end. */
  readonly inverseId: number;
  /** Spelling in the `associations` of a record. */
  readonly name: string;
}

type Row = readonly [
  from: ObjectType,
  to: ObjectType,
  typeId: number,
  inverseId: number,
  fromName: string,
  toName: string,
];

/** Type ids: HubSpot "Associations API v4", section on association type id values. */
const UNLABELLED: readonly Row[] = [
  ['deals', 'contacts', 3, 4, 'deal_to_contact', 'contact_to_deal'],
  ['deals', 'companies', 341, 342, 'deal_to_company_unlabeled', 'company_to_deal_unlabeled'],
  ['deals', 'line_items', 19, 20, 'deal_to_line_item', 'line_item_to_deal'],
  ['deals', 'notes', 213, 214, 'deal_to_note', 'note_to_deal'],
  ['deals', 'tasks', 215, 216, 'deal_to_task', 'task_to_deal'],
  ['contacts', 'companies', 279, 280, 'contact_to_company_unlabeled', 'company_to_contact_unlabeled'],
  ['contacts', 'tasks', 203, 204, 'contact_to_task', 'task_to_contact'],
  ['contacts', 'notes', 201, 202, 'contact_to_note', 'note_to_contact'],
  ['companies', 'tasks', 191, 192, 'company_to_task', 'task_to_company'],
  ['companies', 'notes', 189, 190, 'company_to_note', 'note_to_company'],
];

const PRIMARY: readonly Row[] = [
  ['deals', 'companies', 5, 6, 'deal_to_company', 'company_to_deal'],
  ['contacts', 'companies', 1, 2, 'contact_to_company', 'company_to_contact'],
];

function bothWays(rows: readonly Row[], label: string | null): AssociationType[] {
  return rows.flatMap(([from, to, typeId, inverseId, fromName, toName]) => [
    { category: 'HUBSPOT_DEFINED', from, to, typeId, inverseId, label, name: fromName },
    { category: 'HUBSPOT_DEFINED', from: to, to: from, typeId: inverseId, inverseId: typeId, label, name: toName },
  ]);
}

const UNLABELLED_TYPES = bothWays(UNLABELLED, null);
const PRIMARY_TYPES = bothWays(PRIMARY, 'Primary');

/** Every type that HubSpot defines between the object types of this portal. */
export const HUBSPOT_TYPES: readonly AssociationType[] = [...PRIMARY_TYPES, ...UNLABELLED_TYPES];

export function unlabelledType(from: ObjectType, to: ObjectType): AssociationType | undefined {
  return UNLABELLED_TYPES.find((type) => type.from === from && type.to === to);
}

export function primaryType(from: ObjectType, to: ObjectType): AssociationType | undefined {
  return PRIMARY_TYPES.find((type) => type.from === from && type.to === to);
}

export function isSameSpec(a: AssociationSpec, b: AssociationSpec): boolean {
  return a.category === b.category && a.typeId === b.typeId;
}
