import { isHubError } from '../../../domain/errors.ts';
import type { FoundTask, NewTask } from '../../crm-port.ts';
import { recordId18 } from '../ids.ts';
import { apiNameOf } from '../mapping.ts';
import { type TaskRow, taskRow } from '../payloads.ts';
import type { SalesforceClient } from './client.ts';
import type { Described, Descriptions } from './descriptions.ts';
import { cutText, markerOf, withMarker } from './effect-marker.ts';
import { opportunityId } from './opportunity-id.ts';
import { soqlId, soqlText } from './soql.ts';

/** Field of a task that carries its effect key, in orgs where it was deployed. */
const KEY_FIELD = apiNameOf('stagepost_key') ?? '';

/** First three characters of the ids of tasks (Salesforce Help, "Standard Field Record ID Prefix Decoder"). */
const TASK_PREFIX = '00T';
/** Lengths of the standard fields (Salesforce, object reference, "Task"). */
const MAX_SUBJECT_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 32_000;
/** Flows of the org finish a new task within this time; a later change was made by a person. */
const SETTLING_MS = 5_000;
/** The query is part of the address, which may not be longer than 16 kB. */
const KEYS_PER_QUERY = 40;

const PRIORITIES = { high: 'High', medium: 'Normal', low: 'Low' } as const;

export interface TaskParts {
  readonly client: SalesforceClient;
  readonly descriptions: Descriptions;
}

/** Whether the org itself refuses a second task with the same key; false until its description was read. */
export function hasUniqueKey(descriptions: Descriptions): boolean {
  return descriptions.known('Task')?.field(KEY_FIELD)?.unique === true;
}

/**
 * Tasks of the opportunity that carry one of the keys, in either place; oldest first. One request for 40 keys, one more
 * for the description of tasks every five minutes.
 */
export async function findTasks(
  parts: TaskParts,
  recordId: string,
  effectKeys: readonly string[],
): Promise<FoundTask[]> {
  const id = opportunityId(recordId);
  if (effectKeys.length === 0) return [];
  return await parts.descriptions.use('Task', async (described) => {
    const found = new Map<string, FoundTask>();
    for (const soql of selectTasks(id, effectKeys, described)) {
      for (const row of await parts.client.query(taskRow, soql)) {
        for (const task of foundTask(row, effectKeys, described)) found.set(task.id, task);
      }
    }
    return [...found.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  });
}

/** Texts cannot be searched for a key, so tasks without one in the field are all read: some may be older than the field. */
function selectTasks(id: string, effectKeys: readonly string[], described: Described): string[] {
  const fields = 'Id, Subject, Description, Status, IsClosed, OwnerId, ActivityDate, CreatedDate, LastModifiedDate';
  const order = 'ORDER BY CreatedDate, Id';
  if (described.field(KEY_FIELD) === undefined) {
    return [`SELECT ${fields} FROM Task WHERE WhatId = ${soqlId(id)} ${order}`];
  }
  const queries: string[] = [];
  for (let start = 0; start < effectKeys.length; start += KEYS_PER_QUERY) {
    const keys = effectKeys.slice(start, start + KEYS_PER_QUERY).map(soqlText);
    queries.push(
      `SELECT ${fields}, ${KEY_FIELD} FROM Task WHERE WhatId = ${soqlId(id)} AND (${KEY_FIELD} IN (${keys.join(', ')}) OR ${KEY_FIELD} = null) ${order}`,
    );
  }
  return queries;
}

/** Creates the task together with its link to the opportunity, in one request: there is no task without one. */
export async function createTask(parts: TaskParts, recordId: string, task: NewTask): Promise<{ readonly id: string }> {
  const id = opportunityId(recordId);
  const described = await parts.descriptions.of('Task');
  const inField = described.field(KEY_FIELD) !== undefined;
  const priority = PRIORITIES[task.priority];
  const description = inField
    ? cutText(task.body, MAX_DESCRIPTION_LENGTH)
    : withMarker(task.body, task.effectKey, MAX_DESCRIPTION_LENGTH);
  return await parts.client.create('Task', {
    WhatId: id,
    Subject: cutText(task.title, MAX_SUBJECT_LENGTH),
    Description: description,
    ActivityDate: task.dueDate,
    // An org that calls its priorities otherwise gets its own default.
    ...(offers(described, 'Priority', priority) ? { Priority: priority } : {}),
    ...(task.ownerId === undefined ? {} : { OwnerId: task.ownerId }),
    ...(inField ? { [KEY_FIELD]: task.effectKey } : {}),
  });
}

function offers(described: Described, field: string, value: string): boolean {
  const values = described.field(field)?.picklistValues ?? [];
  return values.length === 0 || values.some((each) => each.active && each.value === value);
}

/** Puts the task into the recycle bin; one that is gone already is as good. One request. */
export async function deleteTask(client: SalesforceClient, taskId: string): Promise<void> {
  const id = recordId18(taskId);
  if (id === undefined || !id.startsWith(TASK_PREFIX)) return;
  try {
    await client.remove('Task', id);
  } catch (error) {
    if (!isHubError(error, 'crm.not-found')) throw error;
  }
}

function foundTask(row: TaskRow, effectKeys: readonly string[], described: Described): FoundTask[] {
  const effectKey = row.Stagepost_Key__c ?? markerOf(row.Description);
  if (effectKey === undefined || !effectKeys.includes(effectKey)) return [];
  // Unknown only where the org tells no default: then what is not closed and was not changed is untouched.
  const initial = described.field('Status')?.picklistValues.find((each) => each.defaultValue)?.value;
  const isMoved = initial !== undefined && row.Status !== initial;
  return [
    {
      id: row.Id,
      effectKey,
      createdAtMs: row.CreatedDate,
      touched: row.IsClosed || isMoved || row.LastModifiedDate - row.CreatedDate > SETTLING_MS,
      ownerId: row.OwnerId ?? undefined,
      dueAtMs: dayOf(row.ActivityDate),
      title: row.Subject ?? '',
    },
  ];
}

/** A due date has no time of day: its beginning in UTC. */
function dayOf(date: string | undefined): number | undefined {
  const atMs = Date.parse(`${date ?? ''}T00:00:00.000Z`);
  return Number.isFinite(atMs) ? atMs : undefined;
}
