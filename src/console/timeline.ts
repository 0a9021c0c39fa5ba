import type { Contract } from '../domain/contract.ts';
import type { Entry } from '../domain/deal.ts';
import { entriesOfDeal } from '../domain/entries.ts';
import type { Decision, Plan, Task, WriteBack } from '../domain/plan.ts';
import { counted, longDate } from '../domain/wording.ts';
import type { DealItems } from '../store/deal-items.ts';
import type { StoredSignal } from '../store/stored-signal.ts';
import { signalAtMs, signalText } from './signal-words.ts';

export type TimelineKind = 'stage' | 'crm' | 'contract' | 'plan' | 'task' | 'write-back' | 'decision';

/** One line of a deal's history, in words. */
export interface TimelineRow {
  readonly atMs: number;
  readonly kind: TimelineKind;
  readonly text: string;
  /** What would mend it, or what else there is to say. */
  readonly note?: string;
  /** Of the look that did it, where that is on record. */
  readonly traceId?: string;
}

/** News that took longer than this from the CRM to us is worth a word. */
const LATE_MS = 60_000;

/** Order of rows of the same moment: what happened comes before what was made of it. */
const KINDS: readonly TimelineKind[] = ['stage', 'crm', 'decision', 'contract', 'plan', 'task', 'write-back'];

/** Everything that happened to a deal and every decision, oldest first, in words. */
export function timelineOf(items: DealItems): readonly TimelineRow[] {
  const entries = items.deal === undefined ? [] : entriesOfDeal(items.deal);
  const known = new Set(entries.flatMap((entry) => entry.transitionIds));
  const rows = [
    ...entries.map((entry) => entryRow(entry, items.signals)),
    ...items.signals.flatMap((stored) => signalRow(stored, known, items.contracts)),
    ...items.contracts.flatMap((contract) => contractRows(contract, items.signals)),
    ...items.plans.flatMap(planRows),
    ...items.tasks.map(taskRow),
    ...items.writes.map(writeRow),
  ];
  // The reason for a contract or a plan is on its own line already.
  const told = rows.map((row) => `${row.text}\n${row.note ?? ''}`).join('\n');
  const isTold = ({ reason, remedy = '' }: Decision) => told.includes(reason.sentence) && told.includes(remedy);
  const decisions = items.decisions.filter((decision) => !isTold(decision)).map(decisionRow);
  return [...rows, ...decisions].sort((a, b) => a.atMs - b.atMs || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

function entryRow(entry: Entry, signals: readonly StoredSignal[]): TimelineRow {
  const told = signals.filter(({ signal }) => entry.transitionIds.includes(signal.id));
  const firstMs = Math.min(...told.map((stored) => stored.receivedAtMs));
  const lateMs = firstMs - entry.enteredAtMs;
  const where = entry.pipelineId === undefined ? '' : ` in pipeline ${entry.pipelineId}`;
  const note = lateMs > LATE_MS && Number.isFinite(lateMs) ? `we were told ${duration(lateMs)} later` : undefined;
  const text =
    entry.stage === 'unknown'
      ? `entered CRM stage ${entry.stageId}${where}, which is not mapped`
      : `entered ${entry.stage} (CRM stage ${entry.stageId}${where})`;
  return { atMs: entry.enteredAtMs, kind: 'stage', text, ...(note === undefined ? {} : { note }) };
}

function signalRow(
  { signal, effect }: StoredSignal,
  known: ReadonlySet<string>,
  contracts: readonly Contract[],
): readonly TimelineRow[] {
  if (known.has(signal.id)) return [];
  const isRefused = effect.startsWith('refused: ');
  const text =
    signalText(signal, contracts) ?? (isRefused ? `${signal.connectionId} says something impossible` : undefined);
  if (text === undefined) return [];
  const kind = signal.kind === 'envelope' ? 'contract' : 'crm';
  return [{ atMs: signalAtMs(signal), kind, text, ...(isRefused ? { note: effect } : {}) }];
}

/** Every step of a contract that no signal tells in better words. */
export function contractRows(contract: Contract, signals: readonly StoredSignal[]): readonly TimelineRow[] {
  const rows = contract.steps.map(({ atMs, state, note, traceId }, index): TimelineRow | undefined => {
    if (isToldBySignal(note, contract, signals)) return undefined;
    const before = contract.steps[index - 1]?.state;
    const self = `contract ${contract.n}`;
    const words = state === before || note.startsWith(state) ? note : `${state.replace('-', ' ')}: ${note}`;
    const text = note.startsWith(`${self} `) ? note : `${self} ${words}`;
    const isPresentHold = contract.hold !== undefined && note === `held: ${contract.hold.sentence}`;
    const remedy = isPresentHold && contract.hold !== undefined ? { note: contract.hold.remedy } : {};
    const trace = traceId === undefined ? {} : { traceId };
    return { atMs, kind: 'contract', text: text + (index === 0 ? modeWord(contract.mode) : ''), ...remedy, ...trace };
  });
  return rows.filter((row) => row !== undefined);
}

/** What a recipient did is a step of the contract and, in better words, a signal of its own. */
function isToldBySignal(note: string, contract: Contract, signals: readonly StoredSignal[]): boolean {
  return contract.recipients.some(({ name, role, recipientId }) => {
    const start = `${name} (${role}): `;
    if (!note.startsWith(start)) return false;
    const event = `recipient-${note.slice(start.length)}`;
    return signals.some(
      ({ signal }) =>
        signal.kind === 'envelope' &&
        signal.envelopeId === contract.envelopeId &&
        signal.recipientId === recipientId &&
        signal.event === event,
    );
  });
}

export function planRows(plan: Plan): readonly TimelineRow[] {
  const rows: TimelineRow[] = [
    {
      atMs: plan.createdAtMs,
      kind: 'plan',
      text: `plan ${plan.play}: ${counted(plan.taskKeys.length, 'task')}${modeWord(plan.mode)}`,
      note: plan.why.sentence,
    },
  ];
  if (plan.state === 'paused') rows.push({ atMs: plan.updatedAtMs, kind: 'plan', text: `plan ${plan.play} is paused` });
  return rows;
}

function taskRow(task: Task): TimelineRow {
  const owner = task.ownerName ?? (task.ownerId === undefined ? 'nobody' : `owner ${task.ownerId}`);
  const what = `task "${task.title}" for ${owner}, due ${calendarDay(task.dueDate)}`;
  const state = task.state === 'done' ? 'created in the CRM' : task.state === 'creating' ? 'being created' : 'planned';
  const note = task.hold === undefined ? task.ownerWhy : `${task.hold.sentence}; ${task.hold.remedy}`;
  const atMs = task.state === 'done' ? task.updatedAtMs : task.createdAtMs;
  return { atMs, kind: 'task', text: `${what}: ${state}${modeWord(task.mode)}`, ...(note === '' ? {} : { note }) };
}

export function writeRow(write: WriteBack): TimelineRow {
  const state = { planned: 'planned', writing: 'being written', done: 'written to the CRM', held: 'held' }[write.state];
  const note = write.hold === undefined ? write.note : `${write.hold.sentence}; ${write.hold.remedy}`;
  const text = `${write.key}: ${state}${modeWord(write.mode)}`;
  return { atMs: write.updatedAtMs, kind: 'write-back', text, ...(note === undefined ? {} : { note }) };
}

function decisionRow({ reason, remedy, atMs }: Decision): TimelineRow {
  return { atMs, kind: 'decision', text: reason.sentence, ...(remedy === undefined ? {} : { note: remedy }) };
}

/** A date of the company's calendar, whatever the time zone of whoever looks. */
function calendarDay(date: string): string {
  const atMs = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(atMs) ? date : longDate(atMs, 'UTC');
}

function modeWord(mode: Contract['mode']): string {
  if (mode === 'live') return '';
  return mode === 'rehearse' ? ' (rehearsal)' : ' (only observed: nothing is done outside)';
}

function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.round(ms / 3_600_000);
  return hours < 48 ? `${hours} hours` : `${Math.round(ms / 86_400_000)} days`;
}
