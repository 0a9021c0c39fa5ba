import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { type Content, createContent } from './content.ts';
import { derivedFields } from './derived.ts';
import { afterSave, CASCADES } from './effects.ts';
import { badRequest, isDeleted, notFound, rowLocked } from './failures.ts';
import type { ObjectDefinition } from './field-types.ts';
import { createMintId, type IdKind, type MintId } from './ids.ts';
import { createSchema, type Schema } from './schema.ts';
import { createStages, type Stages } from './stages.ts';
import type { SwitchBoard } from './switches.ts';
import { createTables, isGone, type Row, type Tables } from './tables.ts';
import { wireTime } from './times.ts';
import { type Actor, createTransactions, type Transactions, type Unit } from './transactions.ts';
import { refuseDuplicates } from './unique-values.ts';
import { createValidationRules, type ValidationRules } from './validation-rules.ts';
import type { Fields } from './values.ts';
import { createWriteRules, type Input } from './write-rules.ts';

/** One Salesforce org: its settings and its records. Saving throws the ApiFailure that a client would get. */
export interface Org {
  readonly orgId: string;
  readonly clock: Clock;
  readonly switches: SwitchBoard;
  readonly schema: Schema;
  readonly stages: Stages;
  readonly tables: Tables;
  readonly mint: MintId;
  readonly content: Content;
  readonly rules: ValidationRules;
  readonly transactions: Transactions;
  /** Records that a long transaction holds. */
  readonly locked: Set<string>;
  create(object: ObjectDefinition, input: Input, actor: Actor, atMs?: number): Row;
  update(row: Row, input: Input, actor: Actor, atMs?: number): Row;
  remove(row: Row, actor: Actor): void;
  restore(row: Row, actor: Actor): Row;
  /** A live record. Throws 404. */
  read(object: ObjectDefinition, id: string): Row;
}

/** What a record hangs on: when that is locked, so is this. */
const PARENTS: Readonly<Record<string, string>> = {
  Task: 'WhatId',
  OpportunityContactRole: 'OpportunityId',
  OpportunityLineItem: 'OpportunityId',
};
const WITH_OWNER = ['Opportunity', 'Account', 'Contact', 'Task', 'ContentVersion', 'ContentDocument'];

export function createOrg(deps: {
  storage: SandboxStorage;
  clock: Clock;
  random: () => number;
  switches: SwitchBoard;
  orgId: string;
}): Org {
  const { storage, clock, switches } = deps;
  const mint = createMintId(storage);
  const schema = createSchema({ storage, switches });
  const stages = createStages({ storage, nextId: () => mint('OpportunityStage') });
  const tables = createTables(storage);
  const rules = createValidationRules(storage);
  const transactions = createTransactions({ clock, random: deps.random, tables });
  const check = createWriteRules({ tables, stages, switches });
  const content = createContent({ storage, tables, mint });
  const locked = new Set<string>();

  function refuseLocked(row: Row): void {
    const parent = PARENTS[row.type];
    const ids = [row.id, parent === undefined ? undefined : row.fields[parent]];
    const held = ids.filter((id): id is string => typeof id === 'string' && locked.has(id));
    if (held.length > 0) throw rowLocked(switches.get().lockStatus, held);
  }

  const look = (type: string, id: unknown, field: string) =>
    typeof id === 'string' ? (tables.get(type, id)?.fields[field] ?? null) : null;
  const stamp = (unit: Unit): Fields => ({
    LastModifiedDate: wireTime(unit.atMs),
    LastModifiedById: unit.actor.userId,
    SystemModstamp: wireTime(unit.nowMs),
  });

  /** What every save ends with: derived fields, rules, the write, and what follows from it. */
  function save(unit: Unit, row: Row, given: Fields, before: Row | undefined): Row {
    const derived = derivedFields(row.type, row.fields, before?.fields, given, { stages, atMs: unit.atMs, look });
    const next: Row = { ...row, fields: { ...row.fields, ...derived, ...stamp(unit) } };
    refuseLocked(next);
    rules.check(next.type, next.fields);
    refuseDuplicates(schema.object(next.type), next, tables, switches.get().duplicateFields);
    unit.put(next);
    afterSave({ tables, mint, switches, unit, save: update }, next, before);
    return tables.get(next.type, next.id) ?? next;
  }

  function update(unit: Unit, row: Row, changes: Fields): Row {
    // With products the amount is their sum, and what is sent for it is ignored (object reference, "Opportunity").
    const { Amount: _, ...kept } = changes;
    const isSum = row.type === 'Opportunity' && row.fields['HasOpportunityLineItem'] === true;
    const given = isSum && changes['HasOpportunityLineItem'] === undefined ? kept : changes;
    return save(unit, { ...row, fields: { ...row.fields, ...given } }, given, row);
  }

  return {
    orgId: deps.orgId,
    clock,
    switches,
    schema,
    stages,
    tables,
    mint,
    content,
    rules,
    transactions,
    locked,
    create: (object, input, actor, atMs) =>
      transactions.run(
        actor,
        (unit) => {
          const given = check(object, input, true);
          const defaults = Object.fromEntries(object.fields.map(({ name, defaultValue }) => [name, defaultValue]));
          const id = mint(object.name as IdKind);
          const system = { CreatedDate: wireTime(unit.atMs), CreatedById: actor.userId, IsDeleted: false };
          const owner = WITH_OWNER.includes(object.name) ? { OwnerId: actor.userId } : {};
          const fields = { ...defaults, ...owner, ...given, ...system, Id: id };
          const prepared = content.prepare(object.name, fields);
          const saved = save(unit, { id, type: object.name, fields: prepared }, given, undefined);
          content.publish(unit, saved);
          return tables.get(saved.type, saved.id) ?? saved;
        },
        atMs,
      ),
    update: (row, input, actor, atMs) =>
      transactions.run(
        actor,
        (unit) => {
          if (isGone(row)) throw isDeleted();
          return update(unit, row, check(schema.object(row.type), input, false));
        },
        atMs,
      ),
    remove(row, actor) {
      transactions.run(actor, (unit) => {
        if (isGone(row)) throw isDeleted();
        refuseLocked(row);
        const gone = { IsDeleted: true, ...stamp(unit) };
        for (const { type, field } of CASCADES[row.type] ?? []) {
          for (const child of tables.referring(type, field, row.id)) {
            if (isGone(child)) continue;
            unit.put({ ...child, fields: { ...child.fields, ...gone }, deletedWith: row.id });
          }
        }
        const deleted: Row = { ...row, fields: { ...row.fields, ...gone } };
        unit.put(deleted);
        afterSave({ tables, mint, switches, unit, save: update }, deleted, row);
      });
    },
    restore: (row, actor) =>
      transactions.run(actor, (unit) => {
        if (!isGone(row)) throw badRequest('UNDELETE_FAILED', 'Entity is not in the recycle bin');
        const back = { IsDeleted: false, ...stamp(unit) };
        const restored: Row = { ...row, fields: { ...row.fields, ...back } };
        unit.put(restored);
        for (const { type, field } of CASCADES[row.type] ?? []) {
          for (const { deletedWith, ...child } of tables.referring(type, field, row.id)) {
            if (deletedWith === row.id) unit.put({ ...child, fields: { ...child.fields, ...back } });
          }
        }
        return restored;
      }),
    read(object, id) {
      const row = tables.get(object.name, id);
      if (row === undefined) throw notFound();
      if (isGone(row)) throw isDeleted();
      return row;
    },
  };
}
