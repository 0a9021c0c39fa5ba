import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as keys from '../../src/store/keys.ts';
import { FIXTURE_VERSIONS, fieldOf } from './load-fixtures.ts';
import { kindOf, type RawItem } from './wire-item.ts';

const items: readonly RawItem[] = FIXTURE_VERSIONS.flatMap((fixtures) => [...fixtures.items.values()].flat());

/** Exports of keys.ts that are no keys. */
const HELPERS = ['SHARD_NUMBERS', 'shardOf', 'sortableMs', 'dayUtc', 'latestDaysUtc'];

/** What every key function makes, e.g. with these; a function that is not here has to be put here, with a fixture. */
const MADE: Readonly<Record<string, { readonly pk?: string; readonly sk?: string; readonly lp?: string }>> = {
  dealPk: { pk: keys.dealPk('x') },
  dealKey: keys.dealKey('x', keys.STATE_SK),
  taskSk: { sk: keys.taskSk('x', 'x') },
  standingSk: { sk: keys.standingSk('x') },
  decisionSk: { sk: keys.decisionSk('x', 1) },
  aliasKey: keys.aliasKey('x', 'x'),
  claimKey: keys.claimKey('x', 'x'),
  recordMarkKey: keys.recordMarkKey('x', 'x'),
  contactPk: { pk: keys.contactPk('x', 'x') },
  contactDealKey: keys.contactDealKey('x', 'x', 'x'),
  contactRemovalKey: keys.contactRemovalKey('x', 'x'),
  dayPk: { pk: keys.dayPk('2026-11-02', 0) },
  stageListingPk: { lp: keys.stageListingPk('lost', 0) },
  activeContractsPk: { lp: keys.activeContractsPk(0) },
  endedContractsPk: { lp: keys.endedContractsPk(0) },
  holdsPk: { lp: keys.holdsPk(0) },
  openWorkPk: { lp: keys.openWorkPk(0) },
  noteKey: keys.noteKey('x', 'watermark'),
  configKey: keys.configKey(1),
};

/** The words in capital letters with which a key begins, or all of a key that has no parts. */
function begins(text: unknown, like: string): boolean {
  const [first = ''] = like.split('#');
  return typeof text === 'string' && text.split('#')[0] === first;
}

function has({ pk, sk, lp }: { readonly pk?: string; readonly sk?: string; readonly lp?: string }): boolean {
  return items.some(
    (item) =>
      (pk === undefined || begins(item.pk, pk)) &&
      (sk === undefined || begins(item.sk, sk)) &&
      (lp === undefined || begins(item['lp'], lp)),
  );
}

describe('every kind of item has a fixture', () => {
  const constants = Object.entries(keys).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );

  it.each(constants)('%s', (_, value) => {
    expect(items.some(({ pk, sk }) => pk === value || sk === value || sk.startsWith(value))).toBe(true);
  });

  it('keys.ts makes no other keys', () => {
    const functions = Object.keys(keys).filter((name) => typeof Reflect.get(keys, name) !== 'string');
    expect(functions.filter((name) => !HELPERS.includes(name)).sort()).toEqual(Object.keys(MADE).sort());
  });

  it.each(Object.entries(MADE))('%s', (_, made) => {
    expect(has(made)).toBe(true);
  });

  it('keys that are made elsewhere in the store have one too', () => {
    const folder = 'src/store';
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !/keys\.ts|test/.test(name));
    const made = files.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/pk: `([A-Z]+)#[^`]*`, sk: '([A-Z]+)'/g)].map(
        ([, pk, sk]) => `${pk}/${sk}`,
      ),
    );
    expect(made).toContain('QUARANTINE/REF');
    expect(made.filter((kind) => !items.some((item) => kindOf(item) === kind))).toEqual([]);
  });

  it('so has every note of a connection, every kind of signal and of write-back', () => {
    const notes = new Set(items.filter(({ pk }) => pk.startsWith('CONNECTION#')).map(({ sk }) => sk));
    expect([...notes].sort()).toEqual([
      'NOTE#check',
      'NOTE#last-refusal',
      'NOTE#read-budget',
      'NOTE#round',
      'NOTE#sweep',
      'NOTE#watermark',
    ]);
    const kindsOf = (prefix: string, read: (item: RawItem) => unknown) =>
      [...new Set(items.filter(({ sk }) => sk.startsWith(prefix)).map((item) => String(read(item))))].sort();
    expect(kindsOf('SIGNAL#', ({ d }) => fieldOf(fieldOf(d, 'signal'), 'kind'))).toEqual([
      'envelope',
      'hint',
      'lifecycle',
      'link',
      'observation',
      'transition',
    ]);
    expect(kindsOf('WRITE#', ({ sk }) => sk.split('#')[1]?.split('/')[0])).toEqual([
      'fields',
      'file',
      'notice',
      'stage',
    ]);
    expect(kindsOf('CONTRACT#', ({ d }) => fieldOf(d, 'state'))).toEqual([
      'awaiting-approval',
      'completed',
      'declined',
      'delivered',
      'drafted',
      'drafting',
      'expired',
      'planned',
      'sending',
      'sent',
      'voided',
    ]);
  });
});

/** Interfaces of what is stored, and the items that hold it. */
const STORED: readonly (readonly [file: string, name: string, of: (item: RawItem) => readonly unknown[]])[] = [
  ['src/domain/contract.ts', 'Contract', under('CONTRACT#')],
  ['src/domain/contract.ts', 'ContractRecipient', inList('CONTRACT#', 'recipients')],
  ['src/domain/contract.ts', 'ContractStep', inList('CONTRACT#', 'steps')],
  ['src/domain/contract.ts', 'DraftAttempt', inList('CONTRACT#', 'attempts')],
  ['src/domain/contract.ts', 'ArchivedFile', inList('CONTRACT#', 'files')],
  ['src/domain/plan.ts', 'Plan', under('PLAN#')],
  ['src/domain/plan.ts', 'PlannedTask', under('TASK#')],
  ['src/domain/plan.ts', 'Task', under('TASK#')],
  ['src/domain/plan.ts', 'WriteBack', under('WRITE#')],
  ['src/domain/plan.ts', 'Decision', under('NOW#')],
  ['src/domain/plan.ts', 'Decision', under('WHY#')],
  ['src/store/stored-signal.ts', 'StoredSignal', under('SIGNAL#')],
  ['src/store/delivery-log.ts', 'DeliveryLogEntry', under('LOG#')],
  ['src/store/deal-codec.ts', 'StoredDeal', under('STATE')],
  ['src/domain/policies.ts', 'HubConfig', inConfig('')],
  ['src/domain/policies.ts', 'Calendar', inConfig('calendar')],
  ['src/domain/policies.ts', 'ConnectionPolicy', inConfig('connections')],
  ['src/domain/policies.ts', 'PipelineMapping', inConfig('pipelines')],
  ['src/domain/policies.ts', 'ContractPolicy', inConfig('contracts')],
  ['src/domain/policies.ts', 'Play', inConfig('plays')],
];

function under(prefix: string) {
  return ({ sk, d }: RawItem): readonly unknown[] => (sk.startsWith(prefix) ? [d] : []);
}

function inList(prefix: string, name: string) {
  return ({ sk, d }: RawItem): readonly unknown[] => {
    const list = sk.startsWith(prefix) ? fieldOf(d, name) : [];
    return Array.isArray(list) ? list : [];
  };
}

function inConfig(name: string) {
  return ({ pk, d }: RawItem): readonly unknown[] => {
    const config = pk === 'CONFIG' ? fieldOf(d, 'config') : undefined;
    if (config === undefined) return [];
    const part = name === '' ? config : fieldOf(config, name);
    return Array.isArray(part) ? part : [part];
  };
}

/** Fields of an interface that must be there; the lock is beside the data. */
function requiredFields(file: string, name: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  const body = new RegExp(`interface ${name}(?: extends \\w+)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`${file} has no interface ${name}`);
  const fields = [...body.matchAll(/^ {2}readonly (\w+): (?!.*\| undefined;$)/gm)].map(([, field]) => field ?? '');
  return fields.filter((field) => field !== 'version' || name === 'HubConfig');
}

describe('what an older version stored has every field that today counts on', () => {
  it.each(STORED)('%s %s', (file, name, of) => {
    const values = items.flatMap(of);
    const fields = requiredFields(file, name);
    expect(values.length).toBeGreaterThan(0);
    expect(fields.length).toBeGreaterThan(1);
    const missing = fields.filter((field) => values.some((value) => fieldOf(value, field) === undefined));
    // A new field has to be optional, and its absence has to mean what it was before there was one.
    expect(missing).toEqual([]);
  });
});
