import { type FieldDefinition, field, lookup, type ObjectDefinition } from './field-types.ts';
import { PLATFORM_FIELDS } from './standard-platform.ts';
import { SALES_FIELDS } from './standard-sales.ts';

const READ = { access: 'r' } as const;

const ID = field('Id', 'id', { label: 'Record ID', ...READ });
const IS_DELETED = field('IsDeleted', 'boolean', { label: 'Deleted', derived: true, ...READ });
const CREATED = [
  field('CreatedDate', 'datetime', READ),
  lookup('CreatedById', 'User', READ),
] as const satisfies readonly FieldDefinition[];
const MODIFIED = [
  field('LastModifiedDate', 'datetime', READ),
  lookup('LastModifiedById', 'User', READ),
] as const satisfies readonly FieldDefinition[];
const MODSTAMP = field('SystemModstamp', 'datetime', { derived: true, ...READ });

/** Objects that are not as most are: which system fields they have, and what the API may do with them. */
const FULL = [IS_DELETED, ...CREATED, ...MODIFIED, MODSTAMP];
const SYSTEM_FIELDS: Readonly<Record<string, readonly FieldDefinition[]>> = {
  Organization: [...CREATED, ...MODIFIED, MODSTAMP],
  User: [...CREATED, ...MODIFIED, MODSTAMP],
  RecordType: [...CREATED, ...MODIFIED, MODSTAMP],
  OpportunityStage: [...CREATED, ...MODIFIED, MODSTAMP],
  OpportunityHistory: [...CREATED, MODSTAMP, IS_DELETED],
  OpportunityFieldHistory: [...CREATED, IS_DELETED],
  ContentDocumentLink: [IS_DELETED, MODSTAMP],
};
const READ_ONLY = ['Organization', 'RecordType', 'OpportunityStage', 'OpportunityHistory', 'OpportunityFieldHistory'];
const NOT_CREATEABLE = [...READ_ONLY, 'User', 'ContentDocument'];
const NOT_DELETABLE = [...READ_ONLY, 'User', 'ContentVersion'];
const PLURALS: Readonly<Record<string, string>> = {
  Opportunity: 'Opportunities',
  OpportunityHistory: 'Opportunity Histories',
};

export const STANDARD_OBJECTS: readonly ObjectDefinition[] = Object.entries({
  ...PLATFORM_FIELDS,
  ...SALES_FIELDS,
}).map(([name, fields]) => {
  const label = name === 'Product2' ? 'Product' : name.replace(/([a-z])([A-Z])/g, '$1 $2');
  return {
    name,
    label,
    labelPlural: PLURALS[name] ?? `${label}s`,
    fields: [ID, ...fields, ...(SYSTEM_FIELDS[name] ?? FULL)],
    createable: !NOT_CREATEABLE.includes(name),
    updateable: !READ_ONLY.includes(name),
    deletable: !NOT_DELETABLE.includes(name),
  };
});
