import type { SalesforceSwitches } from './switches.ts';
import type { FieldValue } from './values.ts';

export type FieldType =
  | 'id'
  | 'reference'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'combobox'
  | 'email'
  | 'phone'
  | 'url'
  | 'double'
  | 'currency'
  | 'percent'
  | 'int'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'base64';

export interface FieldDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** Characters; 0 where a length means nothing. */
  readonly length: number;
  readonly createable: boolean;
  readonly updateable: boolean;
  /** A create without it is refused. */
  readonly required: boolean;
  readonly defaultValue: FieldValue;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly custom: boolean;
  /** Made out of other fields; change events leave it out. */
  readonly derived: boolean;
  /** Objects that a reference points to. */
  readonly refersTo: readonly string[];
  /** Name of the way from here to there, e.g. `Owner`. */
  readonly relationship: string | undefined;
  /** Name of the way back in a child query, e.g. `OpportunityContactRoles`. */
  readonly children: string | undefined;
  readonly picklist: readonly string[];
  /** The field exists only in an org that has this. */
  readonly onlyWith: keyof Pick<SalesforceSwitches, 'multiCurrency' | 'recordTypes'> | undefined;
}

export interface ObjectDefinition {
  readonly name: string;
  readonly label: string;
  readonly labelPlural: string;
  readonly fields: readonly FieldDefinition[];
  /** What the API may do; people in the browser are not asked. */
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
}

/** `rw` both, `c` only when the record is made, `r` never. */
export type Access = 'rw' | 'c' | 'r';

type Options = Partial<Omit<FieldDefinition, 'name' | 'type' | 'createable' | 'updateable'>> & { access?: Access };

const LENGTHS: Readonly<Partial<Record<FieldType, number>>> = {
  id: 18,
  reference: 18,
  string: 255,
  textarea: 32_000,
  picklist: 255,
  combobox: 255,
  email: 80,
  phone: 40,
  url: 255,
};

/** A field with what most fields of its type have. */
export function field(name: string, type: FieldType, options: Options = {}): FieldDefinition {
  const { access = 'rw', ...rest } = options;
  return {
    name,
    type,
    label: name.replace(/Id$/, ' ID').replace(/([a-z])([A-Z])/g, '$1 $2'),
    length: LENGTHS[type] ?? 0,
    createable: access !== 'r',
    updateable: access === 'rw',
    required: false,
    defaultValue: type === 'boolean' ? false : null,
    unique: false,
    externalId: false,
    custom: false,
    derived: false,
    refersTo: [],
    relationship: undefined,
    children: undefined,
    picklist: [],
    onlyWith: undefined,
    ...rest,
  };
}

/** A reference; the relationship is called as the field without `Id`. */
export function lookup(name: string, refersTo: string | readonly string[], options: Options = {}): FieldDefinition {
  return field(name, 'reference', {
    refersTo: typeof refersTo === 'string' ? [refersTo] : refersTo,
    relationship: name.replace(/Id$/, ''),
    ...options,
  });
}
