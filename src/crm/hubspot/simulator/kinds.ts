import type { ObjectType } from './model.ts';

/** What the API says about one object type (HubSpot "Understanding the CRM APIs", "Search the CRM"). */
export interface ObjectKind {
  readonly type: ObjectType;
  readonly typeId: string;
  readonly singular: string;
  /** Key of this type in a record's `associations`. */
  readonly plural: string;
  readonly firstId: number;
  readonly createdProperty: string;
  readonly modifiedProperty: string;
  /** Returned when the caller names no properties. */
  readonly defaultProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  /** OAuth scopes of reading and writing. */
  readonly scope: string;
}

const ENGAGEMENT = {
  createdProperty: 'hs_createdate',
  modifiedProperty: 'hs_lastmodifieddate',
  defaultProperties: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
  requiredProperties: ['hs_timestamp'],
  scope: 'crm.objects.contacts',
} as const;

const RECORD = {
  createdProperty: 'createdate',
  modifiedProperty: 'hs_lastmodifieddate',
  requiredProperties: [],
} as const;

export const OBJECT_KINDS: Readonly<Record<ObjectType, ObjectKind>> = {
  deals: {
    ...RECORD,
    type: 'deals',
    typeId: '0-3',
    singular: 'deal',
    plural: 'deals',
    firstId: 31_400_000_001,
    defaultProperties: [
      'amount',
      'closedate',
      'createdate',
      'dealname',
      'dealstage',
      'hs_lastmodifieddate',
      'hs_object_id',
      'pipeline',
    ],
    requiredProperties: ['dealname', 'dealstage'],
    scope: 'crm.objects.deals',
  },
  contacts: {
    ...RECORD,
    type: 'contacts',
    typeId: '0-1',
    singular: 'contact',
    plural: 'contacts',
    firstId: 70_201,
    modifiedProperty: 'lastmodifieddate',
    defaultProperties: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
    scope: 'crm.objects.contacts',
  },
  companies: {
    ...RECORD,
    type: 'companies',
    typeId: '0-2',
    singular: 'company',
    plural: 'companies',
    firstId: 9_100_000_001,
    defaultProperties: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
    scope: 'crm.objects.companies',
  },
  line_items: {
    ...RECORD,
    type: 'line_items',
    typeId: '0-8',
    singular: 'line_item',
    plural: 'line items',
    firstId: 5_800_000_001,
    defaultProperties: ['amount', 'createdate', 'hs_lastmodifieddate', 'hs_object_id', 'price', 'quantity'],
    scope: 'crm.objects.line_items',
  },
  notes: { ...ENGAGEMENT, type: 'notes', typeId: '0-46', singular: 'note', plural: 'notes', firstId: 64_500_000_001 },
  tasks: { ...ENGAGEMENT, type: 'tasks', typeId: '0-27', singular: 'task', plural: 'tasks', firstId: 64_800_000_001 },
};

/** A type by any name that paths accept: plural, singular or type id, in any case. */
export function objectKind(name: string): ObjectKind | undefined {
  const wanted = name.toLowerCase();
  return Object.values(OBJECT_KINDS).find(
    (kind) => kind.type === wanted || kind.singular === wanted || kind.typeId === wanted,
  );
}
