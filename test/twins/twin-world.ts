import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import { currentStage } from '../../src/domain/entries.ts';
import { HubError, isHubError } from '../../src/domain/errors.ts';
import type { HubEvent } from '../../src/domain/events.ts';
import type { HubConfig, SyncPolicy } from '../../src/domain/policies.ts';
import type { EnvelopeSignal, RecordsToRead, Signal } from '../../src/domain/signals.ts';
import { createMemoryFiles } from '../../src/files/memory-files.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { ensurePlans } from '../../src/flows/plans/ensure-plans.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { readSeenRecord } from '../../src/flows/refresh/read-seen-record.ts';
import { reconcile } from '../../src/flows/refresh/reconcile.ts';
import { refreshDeal } from '../../src/flows/refresh/refresh-deal.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import { silentLog } from '../../src/platform/log.ts';
import { createHubStore } from '../../src/store/hub-store.ts';
import { createMemoryTable } from '../../src/store/memory-table.ts';
import type { Parsed } from '../../src/webhooks/parser.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeESign } from '../fakes/fake-esign.ts';
import { testConfig, testPolicy } from '../fakes/test-config.ts';
import { type CrmRecord, createRecordCrm, type RecordCrm } from './record-crm.ts';
import { createTurns } from './turns.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-11-02T09:00:00.250Z');

/** The CRM that leads; its webhooks only say "read this record". */
export const LEAD = 'crm-lead';
/** The CRM that is synced with it; its webhooks know when a stage was entered, and its records name the other ones. */
export const FOLLOW = 'crm-follow';

export interface TwinOptions {
  /** In [0, 1); decides delays, doubles and who is first. */
  readonly random: () => number;
  readonly sync?: Partial<SyncPolicy>;
  /** Calls of workers that run at the same time take turns by chance; otherwise one worker after the other. */
  readonly interleaved?: boolean;
  /** How long a webhook takes, and how often it is lost or doubled. */
  readonly webhooks?: { readonly maxDelayMs: number; readonly lost: number; readonly doubled: number };
  readonly indexLagMs?: number;
}

/** Two CRMs that are synced, one e-sign account, and a hub between them, in simulated time. */
export function createTwinWorld(options: TwinOptions) {
  const { random, interleaved = false, indexLagMs = 5 * SECOND_MS } = options;
  const { maxDelayMs, lost, doubled } = options.webhooks ?? { maxDelayMs: 0, lost: 0, doubled: 0 };
  const clock = createFakeClock(START_MS);
  const turns = createTurns(random);
  const config = twinConfig(options.sync);
  const lead = createRecordCrm({
    ...{ connectionId: LEAD, pipelineId: 'opportunities', clock, wholeSeconds: true, indexLagMs },
  });
  const follow = createRecordCrm({ connectionId: FOLLOW, pipelineId: 'main', clock, wholeSeconds: false, indexLagMs });
  const esign = createFakeESign('sign-main', clock);
  const table = createMemoryTable(clock);
  const store = createHubStore({ table, stageOf: currentStage });
  const dying = new Set<string>();
  const version = { knowsClaims: true };
  /** The store as the hub has it: it fails once where it is told to, and may be one that knows no claims yet. */
  const watched = new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (dying.delete(String(name))) {
          return Promise.reject(new HubError('store.unavailable', 'the process died', { retry: { afterMs: 5000 } }));
        }
        if (name === 'claimRecord' && !version.knowsClaims) return Promise.resolve(args[2]);
        return Reflect.apply(member, target, args);
      };
    },
  });
  const bus = createMemoryBus((event) => wakeFor(event));
  const files = createMemoryFiles();

  const agenda: { readonly atMs: number; readonly order: number; readonly run: () => Promise<void> | void }[] = [];
  const failures: string[] = [];
  let order = 0;
  let running = 0;
  let ids = 0;

  const take = <T extends object>(port: T): T => (interleaved ? turns.wrap(port) : port);
  const ports = new Map([lead, follow].map((crm) => [crm.connectionId, take(crm.port)]));
  const parts: WorkerParts = {
    store: take(watched),
    bus,
    files,
    inbox: {
      send: async (body) => void at(random() * 2 * SECOND_MS, () => record(body, 1)),
      changeVisibility: async () => {},
    },
    clock,
    log: silentLog,
    newId: () => `id-${++ids}`,
    config: async () => config,
    crm: ({ id }) => ports.get(id) ?? take(lead.port),
    esign: () => take(esign.port),
    functionTimeoutMs: 60_000,
  };

  function at(delayMs: number, run: () => Promise<void> | void): void {
    agenda.push({ atMs: clock.nowMs() + Math.max(0, delayMs), order: ++order, run });
    agenda.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
  }

  /** Runs work that comes back when it fails and may be tried again, as a message of a queue does. */
  function job(name: string, work: () => Promise<void>, tries = 1): () => Promise<void> {
    return async () => {
      try {
        await work();
      } catch (error) {
        if (!isHubError(error)) throw error;
        if (error.retry === 'never' || tries > 100) failures.push(`${name}: ${error.code} ${error.message}`);
        else at(Math.max(SECOND_MS, error.retry.afterMs), job(name, work, tries + 1));
      }
    };
  }

  function wakeFor(event: HubEvent): void {
    for (const want of event.detail.wants) {
      const soon = random() * 5 * SECOND_MS;
      if (!('dealId' in event.detail)) {
        const { record: seen } = event.detail;
        at(
          soon,
          job(`read ${seen.recordId}`, () => readSeenRecord(seen, 't', parts)),
        );
        continue;
      }
      const { dealId } = event.detail;
      at(
        soon,
        job(`${want} ${dealId}`, () => look(want, dealId)),
      );
    }
  }

  function look(want: string, dealId: string): Promise<void> {
    if (want === 'contract') return ensureContract(dealId, 't', parts);
    if (want === 'plans') return ensurePlans(dealId, 't', parts);
    if (want === 'writes') return ensureWrittenBack(dealId, 't', parts);
    return refreshDeal(dealId, 't', 'history-read', parts);
  }

  function record(body: string, tries: number, parsed?: Parsed): Promise<void> {
    const recordParts = {
      ...parts,
      parserOf: () => ({ provider: 'test', parse: () => parsed ?? { signals: [], rejects: [], ignored: {} } }),
      providerOfSource: () => undefined,
      accountsOf: async () => [],
      keepFile: async () => {},
    };
    return job('record', () => recordInboxMessage(body, tries, recordParts))();
  }

  /** A webhook on its way: late, doubled or lost. */
  function tell(connectionId: string, signals: readonly Signal[], reads: readonly RecordsToRead[] = []): void {
    if (random() < lost) return;
    for (let copy = random() < doubled ? 2 : 1; copy > 0; copy -= 1) {
      at(random() * maxDelayMs, () => {
        const delivery = {
          ...{ v: 1, kind: 'delivery', deliveryId: `d-${++ids}`, provider: 'test', connectionId, traceId: 't' },
          ...{ receivedAtMs: clock.nowMs(), headers: {}, bodyBase64: '' },
        };
        const now = reads.map((read) => ({ ...read, sinceMs: clock.nowMs() }));
        return record(JSON.stringify(delivery), 1, { signals, reads: now, rejects: [], ignored: {} });
      });
    }
  }

  function readOf(connectionId: string, recordId: string): RecordsToRead {
    const id = `r/${connectionId}/${recordId}/${++ids}`;
    return { kind: 'read', id, connectionId, recordId, sinceMs: clock.nowMs(), about: 'test' };
  }

  lead.onChange = ({ id }) => tell(LEAD, [], [readOf(LEAD, id)]);
  follow.onChange = (changed, what) => {
    const facts = { v: 1 as const, connectionId: FOLLOW, recordId: changed.id };
    const atMs = clock.nowMs();
    const last = changed.history.at(-1);
    const entered: Signal[] =
      last === undefined
        ? []
        : [
            {
              ...facts,
              ...{ kind: 'transition', id: `t/${FOLLOW}/${changed.id}/${last.stageId}/${last.atMs}` },
              ...{ stageId: last.stageId, enteredAtMs: last.atMs, granularityMs: 1 },
            },
          ];
    if (what === 'created') {
      tell(FOLLOW, [
        { ...facts, kind: 'lifecycle', id: `l/${FOLLOW}/${changed.id}/c/${atMs}`, what, atMs },
        ...entered,
      ]);
    } else if (what === 'moved') tell(FOLLOW, entered);
    else if (what === 'linked') tell(FOLLOW, [], [readOf(FOLLOW, changed.id)]);
    else if (what === 'deleted') {
      tell(FOLLOW, [{ ...facts, kind: 'lifecycle', id: `l/${FOLLOW}/${changed.id}/d/${atMs}`, what, atMs }]);
    } else tell(FOLLOW, [mergeSignal(changed, atMs)]);
  };

  /** The envelope is signed by everybody. */
  function sign(envelopeId: string): void {
    const envelope = esign.envelopes.find((each) => each.envelopeId === envelopeId);
    if (envelope === undefined || envelope.status !== 'sent') return;
    envelope.status = 'completed';
    const { contractRef, attemptKey } = envelope.spec;
    const completed: EnvelopeSignal = {
      ...{ v: 1, kind: 'envelope', id: `e/sign-main/${envelopeId}/completed/-`, connectionId: 'sign-main' },
      ...{ envelopeId, contractRef, attemptKey, event: 'completed', atMs: clock.nowMs() },
    };
    tell('sign-main', [completed]);
  }

  const reconcileParts = {
    ...parts,
    wake: async (job_: string, _crm: string, dealId: string) => {
      const want = job_ === 'send-contract' ? 'contract' : job_ === 'start-onboarding' ? 'plans' : 'writes';
      at(
        random() * SECOND_MS,
        job(`${want} ${dealId}`, () => look(want, dealId)),
      );
    },
  };
  function reconcileEvery(everyMs: number): void {
    at(everyMs, () => {
      reconcileEvery(everyMs);
      return job('reconcile', async () => void (await reconcile('catch-up', reconcileParts)))();
    });
  }

  /** Lets simulated time pass; `check` is asked after every step. */
  async function run(forMs: number, check: () => void = () => {}): Promise<void> {
    const untilMs = clock.nowMs() + forMs;
    const started: Promise<void>[] = [];
    for (let step = 0; step < 200_000; step += 1) {
      const next = agenda[0];
      const isDue = next !== undefined && next.atMs <= untilMs;
      // Now and then a little time goes by while somebody is in the middle of something: no function runs for minutes.
      const goesOn = isDue && next.atMs - clock.nowMs() < 3 * SECOND_MS && random() < 0.3 && running <= 20;
      if (turns.waiting() > 0 && !goesOn) await turns.take();
      else if (isDue) {
        agenda.shift();
        clock.advance(Math.max(0, next.atMs - clock.nowMs()));
        running += 1;
        const work = Promise.resolve(next.run()).finally(() => {
          running -= 1;
        });
        started.push(work);
        if (interleaved) await new Promise((settle) => setImmediate(settle));
        else await work;
      } else if (running > 0) await new Promise((settle) => setImmediate(settle));
      else break;
      check();
    }
    await Promise.all(started);
    clock.advance(Math.max(0, untilMs - clock.nowMs()));
  }

  return {
    ...{ clock, config, lead, follow, esign, store, bus, failures, at, run, sign, reconcileEvery, parts },
    /** A hub of an older version claims nothing. */
    setKnowsClaims: (knows: boolean) => {
      version.knowsClaims = knows;
    },
    /** The next call of this method of the store fails, as when the process dies there, and is tried again. */
    dieOnce: (method: string) => void dying.add(method),
  };
}

export type TwinWorld = ReturnType<typeof createTwinWorld>;

function mergeSignal({ id, mergedInto }: CrmRecord, atMs: number): Signal {
  return {
    ...{ v: 1, kind: 'lifecycle', id: `l/${FOLLOW}/${id}/merged/${atMs}`, connectionId: FOLLOW, recordId: id },
    ...{ what: 'merged', atMs, intoRecordId: mergedInto ?? '' },
  };
}

/** Both CRMs have the same stages under other pipelines; a contract of either advances its own CRM. */
function twinConfig(sync: Partial<SyncPolicy> = {}): HubConfig {
  const base = testConfig();
  const crm = { role: 'crm', mode: 'live', effectsFromMs: 0, settings: {} } as const;
  const stages = base.pipelines[0]?.stages ?? {};
  const policy = (name: string, pipelineId: string) =>
    testPolicy({ name, when: { pipelines: [pipelineId] }, advanceTo: { stageId: 's7', pipelineId } });
  return {
    ...base,
    connections: [
      { id: LEAD, provider: 'lead-provider', ...crm },
      {
        ...{ id: FOLLOW, provider: 'follow-provider', ...crm },
        syncedWith: { connectionId: LEAD, leading: LEAD, graceMs: 15 * MINUTE_MS, ...sync },
      },
      ...base.connections.filter(({ role }) => role === 'esign'),
    ],
    pipelines: [
      { connectionId: LEAD, pipelineId: 'opportunities', stages },
      { connectionId: FOLLOW, pipelineId: 'main', stages },
    ],
    contracts: [policy('lead', 'opportunities'), policy('follow', 'main')],
  };
}

/** What people see of one deal, over both CRMs. */
export function seen({ esign, lead, follow }: Pick<TwinWorld, 'esign' | 'lead' | 'follow'>) {
  const tasks = [lead, follow].flatMap((crm: RecordCrm) => [...crm.records.values()].flatMap((each) => each.tasks));
  // Without the tasks that tell the owner of something.
  const planned = tasks.filter(({ title }) => /^(?:Kick off|Train) /.test(title));
  return {
    invitations: esign.mails.filter((mail) => mail.endsWith('invitation')).length,
    voids: esign.mails.filter((mail) => mail.endsWith('void')).length,
    live: esign.envelopes.filter(({ status }) => status === 'sent' || status === 'delivered').length,
    signed: esign.envelopes.filter(({ status }) => status === 'completed').length,
    drafts: esign.envelopes.filter(({ status }) => status === 'created').length,
    tasks: planned.map(({ title }) => title).sort(),
  };
}
