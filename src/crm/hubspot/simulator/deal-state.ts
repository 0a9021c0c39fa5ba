import { latestValue, type StoredObject } from './model.ts';
import type { Portal } from './portal.ts';

export interface TaskState {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  readonly status: string;
  readonly priority: string;
  readonly ownerId: string | undefined;
  readonly dueAtMs: number;
  readonly archived: boolean;
  readonly properties: Readonly<Record<string, string>>;
}

export interface FileState {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
  readonly access: string;
  readonly sha256: string;
}

export interface NoteState {
  readonly id: string;
  readonly body: string;
  readonly files: readonly FileState[];
}

export interface DealState {
  readonly id: string;
  readonly archived: boolean;
  readonly mergedInto: string | undefined;
  readonly name: string;
  readonly pipeline: { readonly id: string; readonly label: string };
  readonly stage: { readonly id: string; readonly label: string };
  /** Oldest first. */
  readonly stageHistory: readonly { stageId: string; label: string; atMs: number; source: string }[];
  readonly properties: Readonly<Record<string, string>>;
  readonly contacts: readonly { id: string; email: string; name: string; labels: readonly string[] }[];
  readonly companies: readonly { id: string; name: string; primary: boolean }[];
  readonly lineItems: readonly { id: string; name: string; quantity: string; price: string }[];
  readonly tasks: readonly TaskState[];
  readonly notes: readonly NoteState[];
}

/** All that hangs on one deal. */
export function dealState(portal: Portal, deal: StoredObject): DealState {
  const { associations, labels, objects, pipelines } = portal;
  const linked = (type: 'contacts' | 'companies' | 'line_items' | 'notes') =>
    associations.linksOf(deal, type).flatMap((link) => {
      const object = objects.find(type, link.to.id);
      if (object === undefined) return [];
      const names = link.specs.map((spec) => labels.find('deals', type, spec)?.label ?? null);
      return [{ object, labels: names.filter((name) => name !== null) }];
    });
  const text = (object: StoredObject, property: string) => latestValue(object, property) ?? '';
  const allStages = pipelines.list().flatMap((each) => each.stages);
  const stageLabel = (id: string) => allStages.find((stage) => stage.id === id)?.label ?? id;
  const pipelineId = text(deal, 'pipeline');
  const stageId = text(deal, 'dealstage');
  return {
    id: deal.id,
    archived: deal.archived,
    mergedInto: deal.mergedInto,
    name: text(deal, 'dealname'),
    pipeline: { id: pipelineId, label: pipelines.find(pipelineId)?.label ?? pipelineId },
    stage: { id: stageId, label: stageLabel(stageId) },
    stageHistory: (deal.history.dealstage ?? []).toReversed().map(({ value, atMs, source }) => ({
      stageId: value,
      label: stageLabel(value),
      atMs,
      source: source.type,
    })),
    properties: valuesOf(deal),
    contacts: linked('contacts').map(({ object, labels: names }) => ({
      id: object.id,
      email: text(object, 'email'),
      name: `${text(object, 'firstname')} ${text(object, 'lastname')}`.trim(),
      labels: names,
    })),
    companies: linked('companies').map(({ object, labels: names }) => ({
      id: object.id,
      name: text(object, 'name'),
      primary: names.includes('Primary'),
    })),
    lineItems: linked('line_items').map(({ object }) => ({
      id: object.id,
      name: text(object, 'name'),
      quantity: text(object, 'quantity'),
      price: text(object, 'price'),
    })),
    tasks: tasksOf(portal, deal),
    notes: linked('notes').map(({ object }) => ({
      id: object.id,
      body: text(object, 'hs_note_body'),
      files: filesOf(portal, text(object, 'hs_attachment_ids')),
    })),
  };
}

/** Live tasks of a deal, in order of creation. */
export function tasksOf(portal: Portal, deal: StoredObject): TaskState[] {
  return portal.associations.linksOf(deal, 'tasks').flatMap((link) => {
    const task = portal.objects.find('tasks', link.to.id);
    return task === undefined ? [] : [taskState(task)];
  });
}

export function taskState(task: StoredObject): TaskState {
  const text = (property: string) => latestValue(task, property) ?? '';
  return {
    id: task.id,
    subject: text('hs_task_subject'),
    body: text('hs_task_body'),
    status: text('hs_task_status'),
    priority: text('hs_task_priority'),
    ownerId: latestValue(task, 'hubspot_owner_id'),
    dueAtMs: Date.parse(text('hs_timestamp')),
    archived: task.archived,
    properties: valuesOf(task),
  };
}

function filesOf(portal: Portal, attachmentIds: string): FileState[] {
  return attachmentIds.split(';').flatMap((id) => {
    const file = portal.files.find(id.trim());
    if (file === undefined) return [];
    const { size, contentType, access, sha256 } = file;
    const name = file.extension === '' ? file.name : `${file.name}.${file.extension}`;
    return [{ id: file.id, name, size, contentType, access, sha256 }];
  });
}

function valuesOf(object: StoredObject): Record<string, string> {
  return Object.fromEntries(
    Object.keys(object.history).flatMap((property) => {
      const value = latestValue(object, property);
      return value === undefined ? [] : [[property, value]];
    }),
  );
}
