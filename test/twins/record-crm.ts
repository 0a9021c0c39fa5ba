import type { CrmPort, FileToAttach, NewTask } from '../../src/crm/crm-port.ts';
import type { DealFacts } from '../../src/domain/deal-facts.ts';
import { HubError } from '../../src/domain/errors.ts';
import type { StageTransition } from '../../src/domain/signals.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { ADA, BEN, completeDeal } from '../fakes/fake-crm.ts';

/** One opportunity of a CRM in memory. */
export interface CrmRecord {
  readonly id: string;
  readonly history: { readonly stageId: string; readonly atMs: number; readonly row: number }[];
  readonly tasks: (NewTask & { readonly id: string; readonly createdAtMs: number; readonly bornOn: string })[];
  readonly files: (FileToAttach & { readonly id: string })[];
  changedAtMs: number;
  /** The same deal in the other CRM, as the sync has noted it here. */
  linked?: { readonly recordId: string; readonly atMs: number };
  mergedInto?: string;
  mergedIds: string[];
  isDeleted: boolean;
  /** When it was deleted last, also when it is there again. */
  deletedAtMs?: number;
}

export type RecordChange = 'created' | 'moved' | 'linked' | 'merged' | 'deleted' | 'restored';

export interface RecordCrm {
  readonly connectionId: string;
  readonly port: CrmPort;
  readonly records: Map<string, CrmRecord>;
  create(id: string, stageId: string): CrmRecord;
  /** False when the record is there already. */
  move(id: string, stageId: string): boolean;
  link(id: string, foreignId: string): void;
  /** Two records become a third one, which has the first one's stages and the tasks of both. */
  merge(ids: readonly [string, string], intoId: string, makesRow?: boolean): void;
  remove(id: string): void;
  restore(id: string): void;
  stageOf(id: string): string;
  /** Called after every change, also by the hub's own writes; for a merge with the record that lives on. */
  onChange: (record: CrmRecord, what: RecordChange, byHub: boolean) => void;
}

/**
 * A CRM with several records, which tells of links where somebody set them. `wholeSeconds`: its history knows no
 * milliseconds and names its rows.
 */
export function createRecordCrm(options: {
  readonly connectionId: string;
  readonly pipelineId: string;
  readonly clock: Clock;
  readonly wholeSeconds: boolean;
  /** How long the search index does not know of a change. */
  readonly indexLagMs: number;
}): RecordCrm {
  const { connectionId, pipelineId, clock, wholeSeconds, indexLagMs } = options;
  const records = new Map<string, CrmRecord>();
  let rows = 0;
  let given = 0;

  const indexedUntilMs = () => clock.nowMs() - indexLagMs;

  function find(id: string): CrmRecord {
    const record = records.get(id);
    if (record === undefined) throw new HubError('crm.not-found', `no record ${id}`, { retry: 'never' });
    return record;
  }

  /** The record itself, or the one that it became: what hangs on a record goes along with a merge. */
  function heirOf(id: string): CrmRecord {
    const record = find(id);
    return record.mergedInto === undefined ? record : heirOf(record.mergedInto);
  }

  function enter(record: CrmRecord, stageId: string): void {
    const nowMs = clock.nowMs();
    record.history.push({ stageId, atMs: wholeSeconds ? Math.floor(nowMs / 1000) * 1000 : nowMs, row: ++rows });
    record.changedAtMs = nowMs;
  }

  function transitionOf(recordId: string, row: CrmRecord['history'][number]): StageTransition {
    const id = wholeSeconds
      ? `t/${connectionId}/${recordId}/${String(row.row).padStart(6, '0')}/${row.stageId}`
      : `t/${connectionId}/${recordId}/${row.stageId}/${row.atMs}`;
    const { stageId, atMs: enteredAtMs } = row;
    const granularityMs = wholeSeconds ? 1000 : 1;
    return { v: 1, kind: 'transition', id, connectionId, recordId, stageId, pipelineId, enteredAtMs, granularityMs };
  }

  function factsOf(record: CrmRecord): DealFacts {
    return {
      ...completeDeal(record.id, record.history.at(-1)?.stageId ?? ''),
      pipelineId,
      linkedRecordId: record.linked?.recordId,
      mergedRecordIds: [...record.mergedIds],
    };
  }

  const crm: RecordCrm = {
    connectionId,
    records,
    onChange: () => {},
    create(id, stageId) {
      const record: CrmRecord = {
        ...{ id, history: [], tasks: [], files: [], mergedIds: [], isDeleted: false },
        changedAtMs: clock.nowMs(),
      };
      records.set(id, record);
      enter(record, stageId);
      crm.onChange(record, 'created', false);
      return record;
    },
    move(id, stageId) {
      const record = find(id);
      if (record.history.at(-1)?.stageId === stageId) return false;
      enter(record, stageId);
      crm.onChange(record, 'moved', false);
      return true;
    },
    link(id, foreignId) {
      const record = find(id);
      record.linked = { recordId: foreignId, atMs: clock.nowMs() };
      record.changedAtMs = clock.nowMs();
      crm.onChange(record, 'linked', false);
    },
    merge([first, second], intoId, makesRow = false) {
      const a = find(first);
      const b = find(second);
      const linked = a.linked ?? b.linked;
      const into: CrmRecord = {
        ...{ id: intoId, tasks: [], files: [], isDeleted: false, mergedIds: [...a.mergedIds, ...b.mergedIds] },
        history: a.history.map((row) => ({ ...row })),
        changedAtMs: clock.nowMs(),
        ...(linked === undefined ? {} : { linked: { ...linked, atMs: clock.nowMs() } }),
      };
      records.set(intoId, into);
      if (makesRow) enter(into, a.history.at(-1)?.stageId ?? '');
      for (const gone of [a, b]) {
        gone.mergedInto = intoId;
        gone.changedAtMs = clock.nowMs();
        into.mergedIds.push(gone.id);
        into.tasks.push(...gone.tasks.splice(0));
        into.files.push(...gone.files.splice(0));
      }
      crm.onChange(into, 'merged', false);
    },
    remove(id) {
      const record = find(id);
      record.isDeleted = true;
      record.deletedAtMs = clock.nowMs();
      record.changedAtMs = clock.nowMs();
      crm.onChange(record, 'deleted', false);
    },
    restore(id) {
      const record = find(id);
      record.isDeleted = false;
      record.changedAtMs = clock.nowMs();
      crm.onChange(record, 'restored', false);
    },
    stageOf: (id) => find(id).history.at(-1)?.stageId ?? '',
    port: {
      connectionId,
      capabilities: { uniqueTaskKey: false, settleMs: 10_000, longestCallMs: 15_000 },
      recordIdOf: (text) => text,
      findLinkedRecord: async (foreignId) =>
        [...records.values()].find(
          ({ linked, mergedInto, isDeleted }) =>
            linked?.recordId === foreignId && linked.atMs <= indexedUntilMs() && mergedInto === undefined && !isDeleted,
        )?.id,
      async readDeal(recordId) {
        const record = records.get(recordId);
        if (record === undefined) return { found: false, why: 'unknown' };
        if (record.mergedInto !== undefined) return { found: false, why: 'merged', intoRecordId: record.mergedInto };
        return record.isDeleted ? { found: false, why: 'deleted' } : { found: true, deal: factsOf(record) };
      },
      readStageHistory: async (recordId) => find(recordId).history.map((row) => transitionOf(recordId, row)),
      listChangedDeals: async ({ fromMs, untilMs }) => ({
        recordIds: [...records.values()]
          .filter(({ mergedInto }) => mergedInto === undefined)
          .filter(({ changedAtMs: atMs }) => atMs >= fromMs && atMs < untilMs && atMs <= indexedUntilMs())
          .map(({ id }) => id),
      }),
      readPipelines: async () => [],
      findOwnerByEmail: async (email) => [ADA, BEN].find((owner) => owner.email === email),
      findOwnerById: async (id) => [ADA, BEN].find((owner) => owner.id === id),
      async writeStage(recordId, { stageId }) {
        const record = heirOf(recordId);
        if (record.history.at(-1)?.stageId === stageId) return;
        enter(record, stageId);
        crm.onChange(record, 'moved', true);
      },
      writeFields: async () => {},
      findTasks: async (recordId, effectKeys) =>
        heirOf(recordId)
          .tasks.filter((task) => effectKeys.includes(task.effectKey))
          .map((task) => ({ ...task, touched: false })),
      async createTask(recordId, task) {
        const id = String(++given);
        heirOf(recordId).tasks.push({ ...task, id, createdAtMs: clock.nowMs(), bornOn: heirOf(recordId).id });
        return { id };
      },
      deleteTask: async () => {},
      async attachFile(recordId, file) {
        const record = heirOf(recordId);
        const known = record.files.find((each) => each.effectKey === file.effectKey);
        if (known !== undefined) return { id: known.id, existed: true };
        const id = String(++given);
        record.files.push({ ...file, id });
        return { id, existed: false };
      },
      check: async () => ({ accountId: connectionId }),
    },
  };
  return crm;
}
