import { isHubError } from '../../../domain/errors.ts';
import type { FoundTask, NewTask } from '../../crm-port.ts';
import { type HubSpotClient, toDeal } from './client.ts';
import type { Definitions } from './definitions.ts';
import { markerOf, richText, withMarker } from './effect-marker.ts';
import { type HubSpotObject, listAssociated, readObjects, textOf, timeOf } from './objects.ts';

/** Property of a task that carries its effect key, in accounts that allow own properties on tasks. */
const KEY_PROPERTY = 'stagepost_key';
/** "Task to deal" (HubSpot, "Associations v4", type ids). */
const TASK_TO_DEAL = 216;
/** HubSpot itself finishes a new task within this time; a later change was made by a person. */
const SETTLING_MS = 5_000;

const TASK_PROPERTIES: readonly string[] = [
  KEY_PROPERTY,
  'hs_task_subject',
  'hs_task_body',
  'hs_task_status',
  'hs_timestamp',
  'hubspot_owner_id',
];

export interface TaskParts {
  readonly client: HubSpotClient;
  readonly definitions: Definitions;
}

/** Tasks of the deal that carry one of the keys, in either place; oldest first. */
export async function findTasks(
  client: HubSpotClient,
  recordId: string,
  effectKeys: readonly string[],
): Promise<FoundTask[]> {
  const links = await listAssociated(client, recordId, 'tasks');
  const ids = [...new Set(links.map(({ id }) => id))];
  const tasks = await readObjects(client, 'tasks', ids, TASK_PROPERTIES);
  return [...tasks.values()]
    .flatMap((task) => foundTask(task, effectKeys))
    .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
}

/** Creates the task together with its link to the deal, in one request: there is no task without one. */
export async function createTask(parts: TaskParts, recordId: string, task: NewTask): Promise<{ readonly id: string }> {
  // Where the account has no such property, the key goes into the text of the task.
  const inProperty = await parts.definitions.isPossible('tasks', KEY_PROPERTY);
  const body = richText(task.body);
  const created = await parts.client.objects.create('tasks', {
    properties: {
      hs_timestamp: new Date(task.dueAtMs).toISOString(),
      hs_task_subject: task.title,
      hs_task_body: inProperty ? body : withMarker(body, task.effectKey),
      hs_task_status: 'NOT_STARTED',
      hs_task_priority: task.priority.toUpperCase(),
      hs_task_type: 'TODO',
      ...(task.ownerId === undefined ? {} : { hubspot_owner_id: task.ownerId }),
      ...(inProperty ? { [KEY_PROPERTY]: task.effectKey } : {}),
    },
    associations: toDeal(recordId, TASK_TO_DEAL),
  });
  return { id: created.id };
}

/** Puts the task into the recycle bin; one that is gone already is as good. */
export async function deleteTask(client: HubSpotClient, taskId: string): Promise<void> {
  try {
    await client.objects.archive('tasks', taskId);
  } catch (error) {
    if (!isHubError(error, 'crm.not-found')) throw error;
  }
}

function foundTask(task: HubSpotObject, effectKeys: readonly string[]): FoundTask[] {
  const effectKey = textOf(task, KEY_PROPERTY) ?? markerOf(textOf(task, 'hs_task_body'));
  if (effectKey === undefined || !effectKeys.includes(effectKey)) return [];
  const createdAtMs = task.createdAt?.getTime() ?? 0;
  const changedAtMs = task.updatedAt?.getTime() ?? createdAtMs;
  return [
    {
      id: task.id,
      effectKey,
      createdAtMs,
      touched: textOf(task, 'hs_task_status') !== 'NOT_STARTED' || changedAtMs - createdAtMs > SETTLING_MS,
      ownerId: textOf(task, 'hubspot_owner_id'),
      dueAtMs: timeOf(textOf(task, 'hs_timestamp')),
      title: textOf(task, 'hs_task_subject') ?? '',
    },
  ];
}
