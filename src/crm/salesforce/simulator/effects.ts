import type { MintId } from './ids.ts';
import type { SwitchBoard } from './switches.ts';
import { isGone, type Row, type Tables, textOf } from './tables.ts';
import { wireTime } from './times.ts';
import type { Unit } from './transactions.ts';
import type { Fields, FieldValue } from './values.ts';

/** Records that are deleted and restored with another one. */
export const CASCADES: Readonly<Record<string, readonly { type: string; field: string }[]>> = {
  Opportunity: [
    { type: 'OpportunityContactRole', field: 'OpportunityId' },
    { type: 'OpportunityLineItem', field: 'OpportunityId' },
    { type: 'OpportunityHistory', field: 'OpportunityId' },
    { type: 'OpportunityFieldHistory', field: 'OpportunityId' },
    { type: 'Task', field: 'WhatId' },
    { type: 'ContentDocumentLink', field: 'LinkedEntityId' },
  ],
  Contact: [{ type: 'OpportunityContactRole', field: 'ContactId' }],
  ContentDocument: [
    { type: 'ContentVersion', field: 'ContentDocumentId' },
    { type: 'ContentDocumentLink', field: 'ContentDocumentId' },
  ],
};

interface Context {
  readonly tables: Tables;
  readonly mint: MintId;
  readonly switches: SwitchBoard;
  readonly unit: Unit;
  /** Saves another record as a consequence. */
  readonly save: (unit: Unit, row: Row, changes: Fields) => Row;
}

/** A change of one of these adds a row to the history (object reference, "OpportunityHistory"). */
const IN_HISTORY = ['StageName', 'Amount', 'CloseDate', 'Probability'];
/** Fields that the admin chose to track. */
const TRACKED = ['StageName', 'Amount', 'CloseDate', 'OwnerId'];

/** What follows from saving or deleting a record. */
export function afterSave(context: Context, after: Row, before: Row | undefined): void {
  switch (after.type) {
    case 'Opportunity':
      if (isGone(after)) return;
      addHistory(context, after, before);
      addFieldHistory(context, after, before);
      return;
    case 'Task':
      for (const id of new Set([textOf(after, 'WhatId'), before === undefined ? '' : textOf(before, 'WhatId')])) {
        touchParent(context, id);
      }
      return;
    case 'OpportunityLineItem':
      sumUp(context, textOf(after, 'OpportunityId'));
      return;
    case 'OpportunityContactRole':
      if (!isGone(after) && after.fields['IsPrimary'] === true) keepOnePrimary(context, after);
      return;
    default:
  }
}

function addHistory({ mint, unit }: Context, after: Row, before: Row | undefined): void {
  const isSame = (name: string) => (before?.fields[name] ?? null) === (after.fields[name] ?? null);
  if (before !== undefined && IN_HISTORY.every(isSame)) return;
  const copied = [...IN_HISTORY, 'ExpectedRevenue', 'ForecastCategory', 'CurrencyIsoCode'];
  const id = mint('OpportunityHistory');
  unit.touch({
    id,
    type: 'OpportunityHistory',
    fields: {
      ...Object.fromEntries(copied.map((name) => [name, after.fields[name] ?? null])),
      ...createdNow(unit, id),
      OpportunityId: after.id,
      SystemModstamp: wireTime(unit.nowMs),
    },
  });
}

function addFieldHistory({ mint, unit, switches }: Context, after: Row, before: Row | undefined): void {
  if (switches.get().fieldHistory !== 'on') return;
  const add = (field: string, from: FieldValue = null, to: FieldValue = null) => {
    const id = mint('OpportunityFieldHistory');
    const values = { Field: field, DataType: 'Text', OldValue: from, NewValue: to };
    unit.touch({
      id,
      type: 'OpportunityFieldHistory',
      fields: { ...values, ...createdNow(unit, id), OpportunityId: after.id },
    });
  };
  if (before === undefined) {
    add('created');
    return;
  }
  for (const name of TRACKED) {
    if (before.fields[name] !== after.fields[name]) add(name, before.fields[name], after.fields[name]);
  }
}

const createdNow = (unit: Unit, id: string): Fields => ({
  Id: id,
  IsDeleted: false,
  CreatedDate: wireTime(unit.atMs),
  CreatedById: unit.actor.userId,
});

/** An activity moves the stamp of the record that it is related to, and nothing else of it. */
function touchParent({ tables, unit }: Context, id: string): void {
  const parent = tables.get('Opportunity', id);
  if (parent === undefined || isGone(parent)) return;
  unit.touch({ ...parent, fields: { ...parent.fields, SystemModstamp: wireTime(unit.nowMs) } });
}

/** Products make the amount of their opportunity, except what was typed in when it was made together with them. */
function sumUp({ tables, unit, save }: Context, opportunityId: string): void {
  const opportunity = tables.get('Opportunity', opportunityId);
  if (opportunity === undefined || isGone(opportunity)) return;
  const items = tables.referring('OpportunityLineItem', 'OpportunityId', opportunityId).filter((item) => !isGone(item));
  const isTyped = unit.hasCreated(opportunityId) && typeof opportunity.fields['Amount'] === 'number';
  const sum = items.reduce((total, item) => total + Number(item.fields['TotalPrice'] ?? 0), 0);
  save(unit, opportunity, {
    HasOpportunityLineItem: items.length > 0,
    ...(isTyped || items.length === 0 ? {} : { Amount: sum }),
  });
}

function keepOnePrimary({ tables, unit, save }: Context, role: Row): void {
  for (const other of tables.all('OpportunityContactRole')) {
    const isRival =
      other.fields['OpportunityId'] === role.fields['OpportunityId'] && other.fields['IsPrimary'] === true;
    if (isRival && other.id !== role.id && !isGone(other)) save(unit, other, { IsPrimary: false });
  }
}
