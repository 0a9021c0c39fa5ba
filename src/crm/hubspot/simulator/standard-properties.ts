import type { ObjectType } from './model.ts';

export type PropertyType = 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool';

export interface PropertyOption {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
}

export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly hasUniqueValue: boolean;
  readonly readOnly: boolean;
  readonly hubspotDefined: boolean;
  /** Undefined for what HubSpot defines. */
  readonly createdAtMs?: number;
}

const FIELD_TYPES: Readonly<Record<PropertyType, string>> = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  bool: 'booleancheckbox',
};

/** `type`, `type!` for read-only, or the values of an enumeration. */
type Short = PropertyType | `${PropertyType}!` | readonly string[];

/** `pipeline`, `dealstage` and `hubspot_owner_id` have no options here: theirs come from the portal. */
const STANDARD: Readonly<Record<ObjectType, Readonly<Record<string, Short>>>> = {
  deals: {
    amount: 'number',
    closed_lost_reason: 'string',
    closedate: 'datetime',
    createdate: 'datetime!',
    deal_currency_code: 'string',
    dealname: 'string',
    dealstage: 'enumeration',
    dealtype: ['newbusiness', 'existingbusiness'],
    description: 'string',
    hs_all_collaborator_owner_ids: 'string',
    hs_deal_stage_probability: 'number!',
    hs_is_closed: 'bool!',
    hs_is_closed_won: 'bool!',
    hs_lastmodifieddate: 'datetime!',
    hs_merged_object_ids: 'string!',
    hs_next_step: 'string',
    hs_object_id: 'number!',
    hs_priority: ['low', 'medium', 'high'],
    hs_salesforceopportunityid: 'string',
    hubspot_owner_id: 'enumeration',
    pipeline: 'enumeration',
  },
  contacts: {
    company: 'string',
    country: 'string',
    createdate: 'datetime!',
    email: 'string',
    firstname: 'string',
    hs_object_id: 'number!',
    hubspot_owner_id: 'enumeration',
    jobtitle: 'string',
    lastmodifieddate: 'datetime!',
    lastname: 'string',
    phone: 'string',
    salesforcecontactid: 'string',
  },
  companies: {
    address: 'string',
    city: 'string',
    country: 'string',
    createdate: 'datetime!',
    domain: 'string',
    hs_lastmodifieddate: 'datetime!',
    hs_object_id: 'number!',
    hubspot_owner_id: 'enumeration',
    industry: 'string',
    name: 'string',
    salesforceaccountid: 'string',
    state: 'string',
    zip: 'string',
  },
  line_items: {
    amount: 'number!',
    createdate: 'datetime!',
    description: 'string',
    hs_lastmodifieddate: 'datetime!',
    hs_line_item_currency_code: 'string',
    hs_object_id: 'number!',
    hs_product_id: 'string',
    hs_recurring_billing_period: 'string',
    hs_sku: 'string',
    name: 'string',
    price: 'number',
    quantity: 'number',
    recurringbillingfrequency: ['monthly', 'quarterly', 'per_six_months', 'annually'],
  },
  notes: {
    hs_attachment_ids: 'string',
    hs_createdate: 'datetime!',
    hs_lastmodifieddate: 'datetime!',
    hs_note_body: 'string',
    hs_object_id: 'number!',
    hs_timestamp: 'datetime',
    hubspot_owner_id: 'enumeration',
  },
  tasks: {
    hs_createdate: 'datetime!',
    hs_lastmodifieddate: 'datetime!',
    hs_object_id: 'number!',
    hs_task_body: 'string',
    hs_task_completion_date: 'datetime!',
    hs_task_priority: ['NONE', 'LOW', 'MEDIUM', 'HIGH'],
    hs_task_reminders: 'string',
    hs_task_status: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED'],
    hs_task_subject: 'string',
    hs_task_type: ['EMAIL', 'CALL', 'TODO'],
    hs_timestamp: 'datetime',
    hubspot_owner_id: 'enumeration',
  },
};

export const STANDARD_GROUPS: Readonly<Record<ObjectType, string>> = {
  deals: 'dealinformation',
  contacts: 'contactinformation',
  companies: 'companyinformation',
  line_items: 'lineiteminformation',
  notes: 'engagementinformation',
  tasks: 'taskinformation',
};

/** The properties of a type that HubSpot itself defines (those that matter here; a real portal has hundreds). */
export function standardProperties(objectType: ObjectType): PropertyDefinition[] {
  return Object.entries(STANDARD[objectType]).map(([name, short]) => {
    const isList = typeof short !== 'string';
    const type = (isList ? 'enumeration' : short.replace('!', '')) as PropertyType;
    const values: readonly string[] = isList ? short : [];
    return {
      name,
      label: name,
      type,
      fieldType: FIELD_TYPES[type],
      groupName: STANDARD_GROUPS[objectType],
      description: '',
      options: values.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
      hasUniqueValue: objectType === 'contacts' && name === 'email',
      readOnly: !isList && short.endsWith('!'),
      hubspotDefined: true,
    };
  });
}
