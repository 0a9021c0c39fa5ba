import { createHash } from 'node:crypto';
import type { Org } from './org.ts';
import type { FileState, OpportunityState, StageEntry, TaskState } from './state-types.ts';
import { isGone, type Row, textOf } from './tables.ts';
import { parseTime } from './times.ts';
import type { Fields } from './values.ts';

/** All that hangs on one opportunity. @param apiUserId changes of this user are marked as made by the API */
export function opportunityState(org: Org, row: Row, apiUserId: string): OpportunityState {
  const { tables, stages } = org;
  const stageId = textOf(row, 'StageName');
  const account = tables.get('Account', textOf(row, 'AccountId'));
  return {
    id: row.id,
    isDeleted: isGone(row),
    name: textOf(row, 'Name'),
    stage: { id: stageId, label: stages.find(stageId)?.label ?? stageId },
    stageHistory: stageHistory(org, row, apiUserId),
    fields: visible(org, row),
    account: account === undefined ? undefined : { id: account.id, name: textOf(account, 'Name') },
    contactRoles: childrenOf(org, 'OpportunityContactRole', 'OpportunityId', row).map((role) => {
      const contact = tables.get('Contact', textOf(role, 'ContactId'));
      const name = textOf(role, 'Role');
      return {
        id: role.id,
        contactId: textOf(role, 'ContactId'),
        name: contact === undefined ? '' : textOf(contact, 'Name'),
        email: contact === undefined ? '' : textOf(contact, 'Email'),
        role: name === '' ? undefined : name,
        isPrimary: role.fields['IsPrimary'] === true,
      };
    }),
    lineItems: childrenOf(org, 'OpportunityLineItem', 'OpportunityId', row).map((item) => {
      const product = tables.get('Product2', textOf(item, 'Product2Id'));
      return {
        id: item.id,
        name: product === undefined ? textOf(item, 'Name') : textOf(product, 'Name'),
        quantity: Number(item.fields['Quantity'] ?? 0),
        price: Number(item.fields['UnitPrice'] ?? 0),
      };
    }),
    tasks: tasksOf(org, row),
    files: filesOf(org, row),
  };
}

/** Live tasks of a record, in order of creation. */
export function tasksOf(org: Org, row: Row): TaskState[] {
  return childrenOf(org, 'Task', 'WhatId', row).map((task) => taskState(org, task));
}

export function taskState(org: Org, row: Row): TaskState {
  const optional = (name: string) => {
    const text = textOf(row, name);
    return text === '' ? undefined : text;
  };
  return {
    id: row.id,
    subject: textOf(row, 'Subject'),
    description: textOf(row, 'Description'),
    status: textOf(row, 'Status'),
    priority: textOf(row, 'Priority'),
    ownerId: textOf(row, 'OwnerId'),
    dueDate: optional('ActivityDate'),
    whatId: optional('WhatId'),
    isDeleted: isGone(row),
    fields: visible(org, row),
  };
}

/** Children that are gone together with a deleted parent still belong to it. */
function childrenOf(org: Org, type: string, field: string, parent: Row): Row[] {
  return org.tables
    .referring(type, field, parent.id)
    .filter((row) => !isGone(row) || (isGone(parent) && row.deletedWith === parent.id));
}

/** Of the history only the rows with another stage than the row before. */
function stageHistory(org: Org, row: Row, apiUserId: string): StageEntry[] {
  const entries = childrenOf(org, 'OpportunityHistory', 'OpportunityId', row)
    .map((each): StageEntry => {
      const stageId = textOf(each, 'StageName');
      return {
        id: each.id,
        stageId,
        label: org.stages.find(stageId)?.label ?? stageId,
        atMs: parseTime(textOf(each, 'CreatedDate')) ?? 0,
        byApi: each.fields['CreatedById'] === apiUserId,
      };
    })
    .sort((left, right) => left.atMs - right.atMs);
  return entries.filter((entry, index) => entry.stageId !== entries[index - 1]?.stageId);
}

function filesOf(org: Org, row: Row): FileState[] {
  return childrenOf(org, 'ContentDocumentLink', 'LinkedEntityId', row).flatMap((link) => {
    const document = org.tables.get('ContentDocument', textOf(link, 'ContentDocumentId'));
    const version = org.tables.get('ContentVersion', textOf(document ?? link, 'LatestPublishedVersionId'));
    const bytes = version === undefined ? undefined : org.content.bytes(version.id);
    if (document === undefined || version === undefined || bytes === undefined) return [];
    const extension = textOf(version, 'FileExtension');
    const title = textOf(document, 'Title');
    const name = extension === '' || title.endsWith(`.${extension}`) ? title : `${title}.${extension}`;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return [{ id: document.id, name, size: bytes.length, sha256 }];
  });
}

/** Fields that exist in this org and hold something. */
function visible(org: Org, row: Row): Fields {
  return Object.fromEntries(
    org.schema.object(row.type).fields.flatMap(({ name }) => {
      const value = row.fields[name] ?? null;
      return value === null ? [] : [[name, value]];
    }),
  );
}
