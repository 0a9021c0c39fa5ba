import { createMemoryBus } from '../../src/bus/memory-bus.ts';
import type { Deal } from '../../src/domain/deal.ts';
import { currentStage } from '../../src/domain/entries.ts';
import { isHubError } from '../../src/domain/errors.ts';
import type { HubEvent } from '../../src/domain/events.ts';
import type { SyncPolicy } from '../../src/domain/policies.ts';
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
import { JOBS } from '../../src/topology.ts';
import type { Parsed } from '../../src/webhooks/parser.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeESign } from '../fakes/fake-esign.ts';
import { ProcessDied } from '../fakes/mortal.ts';
import { createAgenda } from './agenda.ts';
import { approveAll } from './approvals.ts';
import { createChronicle, pairName, watchedESign, watchedStore } from './chronicle.ts';
import { dyingParts, type Faults, flaky } from './faults.ts';
import { createRecordCrm, type RecordCrm } from './record-crm.ts';
import { createTurns } from './turns.ts';
import { twinConfig } from './twin-config.ts';
import { hintAt, signalsOf } from './twin-webhooks.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-11-02T09:00:00.250Z');
/** As the hub's queues have it. */
const MOST_TRIES = 60;
const TRIES_BEFORE_A_NEW_ONE = 15;
const SHOWN_AGAIN_MS = 6 * MINUTE_MS;

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
  /** A play with tasks of its own, before any contract is due. */
  readonly early?: 'negotiation' | 'solutioning';
  /** `hub`: somebody has to approve a contract before it is sent. */
  readonly approval?: 'none' | 'hub';
  readonly faults?: Faults;
  /** How the webhook of a merge fares; like any other unless given. */
  readonly mergeTold?: Fate;
  readonly linkTold?: Fate | undefined;
}

/** Of one webhook. */
type Fate = 'lost' | { readonly lateMs: number };
type Work = (parts: WorkerParts, tries: number) => Promise<void>;

/** Two CRMs that are synced, one e-sign account, and a hub between them, in simulated time. */
export function createTwinWorld(options: TwinOptions) {
  const { random, interleaved = false, indexLagMs = 5 * SECOND_MS } = options;
  const { maxDelayMs, lost, doubled } = options.webhooks ?? { maxDelayMs: 0, lost: 0, doubled: 0 };
  const { fails, dies } = options.faults ?? { fails: 0, dies: 0 };
  const clock = createFakeClock(START_MS);
  const turns = createTurns(random);
  const config = twinConfig({ lead: LEAD, follow: FOLLOW }, options.sync, options.early, options.approval);
  const lead = createRecordCrm({
    ...{ connectionId: LEAD, pipelineId: 'opportunities', clock, wholeSeconds: true, indexLagMs },
  });
  const follow = createRecordCrm({ connectionId: FOLLOW, pipelineId: 'main', clock, wholeSeconds: false, indexLagMs });
  const esign = createFakeESign('sign-main', clock);
  const table = createMemoryTable(clock);
  const store = createHubStore({ table, stageOf: currentStage });
  const dying = new Set<string>();
  const version = { knowsClaims: true };
  const chronicle = createChronicle();
  const watched = watchedStore(store, chronicle, clock, version, dying);
  const bus = createMemoryBus((event) => wakeFor(event));
  const files = createMemoryFiles();

  const { at, run } = createAgenda({ clock, turns, random, interleaved });
  let ids = 0;

  const take = <T extends object>(port: T): T => (interleaved ? turns.wrap(port) : port);
  const unreliable = <T extends object>(part: T): T => flaky(part, fails, random, () => chronicle.count('call failed'));
  const ports = new Map([lead, follow].map((crm) => [crm.connectionId, take(crm.port)]));
  let onDraft = async (_deal: Deal | undefined): Promise<void> => {};
  const signing = take(watchedESign(esign, store, chronicle, clock, (deal) => onDraft(deal)));
  const parts: WorkerParts = {
    store: take(unreliable(watched)),
    bus: unreliable(bus),
    files,
    inbox: unreliable({
      send: async (body: string) => void at(random() * 2 * SECOND_MS, () => record(body)),
      changeVisibility: async () => {},
    }),
    clock,
    log: silentLog,
    newId: () => `id-${++ids}`,
    config: async () => config,
    crm: ({ id }) => ports.get(id) ?? take(lead.port),
    esign: () => signing,
    functionTimeoutMs: 60_000,
  };

  /**
   * Runs work that comes back when it fails and may be tried again, ever later, as a message of a queue does. One that
   * looks at a deal and only has to wait is replaced by a new one in time; the others end where the dead ones lie.
   */
  function job(name: string, isLook: boolean, work: Work, tries = 1): () => Promise<void> {
    return async () => {
      try {
        await work(dies > 0 && random() < dies ? dyingParts(parts, random) : parts, tries);
      } catch (error) {
        if (error instanceof ProcessDied) {
          chronicle.count('process died');
          at(SHOWN_AGAIN_MS, job(name, isLook, work, tries + 1));
          return;
        }
        if (!isHubError(error)) throw error;
        chronicle.count(error.code);
        const { retry } = error;
        if (retry === 'never' || tries >= MOST_TRIES) {
          chronicle.failures.push(`${name}: ${error.code} ${error.message}`);
          return;
        }
        chronicle.lastTrouble.set(`${name}: ${error.code}`, clock.nowMs());
        if (isLook && tries >= TRIES_BEFORE_A_NEW_ONE) at(retry.afterMs, job(name, isLook, work));
        else at(Math.max(retry.afterMs, backOffMs(tries)), job(name, isLook, work, tries + 1));
      }
    };
  }

  const backOffMs = (tries: number) => Math.min(15 * MINUTE_MS, SECOND_MS * 2 ** (tries - 1)) * (0.75 + random() / 4);

  function wakeFor(event: HubEvent): void {
    for (const want of event.detail.wants) {
      const soon = random() * 5 * SECOND_MS;
      if (!('dealId' in event.detail)) {
        const { record: seen } = event.detail;
        at(
          soon,
          job(`read ${seen.recordId}`, true, (own) => readSeenRecord(seen, 't', own)),
        );
        continue;
      }
      const { dealId } = event.detail;
      at(
        soon,
        job(`${want} ${dealId}`, true, (own) => look(want, dealId, own)),
      );
    }
  }

  function look(want: string, dealId: string, own: WorkerParts): Promise<void> {
    if (want === 'contract') return ensureContract(dealId, 't', own);
    if (want === 'plans') return ensurePlans(dealId, 't', own);
    if (want === 'writes') return ensureWrittenBack(dealId, 't', own);
    return refreshDeal(dealId, 't', 'history-read', own);
  }

  function record(body: string, parsed?: Parsed): Promise<void> {
    const reading = {
      parserOf: () => ({ provider: 'test', parse: () => parsed ?? { signals: [], rejects: [], ignored: {} } }),
      providerOfSource: () => undefined,
      accountsOf: async () => [],
      keepFile: async () => {},
      readFile: async () => undefined,
    };
    return job('record', false, (own, tries) => recordInboxMessage(body, tries, { ...own, ...reading }))();
  }

  /** A webhook on its way: late, doubled or lost. */
  function tell(
    connectionId: string,
    signals: readonly Signal[],
    reads: readonly RecordsToRead[] = [],
    fate?: Fate,
  ): void {
    if (fate === 'lost' || (random() < lost && fate === undefined)) return;
    for (let copy = random() < doubled ? 2 : 1; copy > 0; copy -= 1) {
      at((fate?.lateMs ?? 0) + random() * maxDelayMs, () => {
        const delivery = {
          ...{ v: 1, kind: 'delivery', deliveryId: `d-${++ids}`, provider: 'test', connectionId, traceId: 't' },
          ...{ receivedAtMs: clock.nowMs(), headers: {}, bodyBase64: '' },
        };
        const now = reads.map((read) => ({ ...read, sinceMs: clock.nowMs() }));
        return record(JSON.stringify(delivery), { signals, reads: now, rejects: [], ignored: {} });
      });
    }
  }

  const hint = (connectionId: string, recordId: string) => hintAt(connectionId, recordId, ++ids, clock.nowMs());
  lead.onChange = ({ id }) => tell(LEAD, [], [hint(LEAD, id)]);
  follow.onChange = (changed, what) =>
    tell(
      FOLLOW,
      signalsOf(FOLLOW, changed, what, clock.nowMs()),
      what === 'linked' ? [hint(FOLLOW, changed.id)] : [],
      what === 'merged' ? options.mergeTold : what === 'linked' ? options.linkTold : undefined,
    );

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

  const signAll = () => {
    for (const { envelopeId } of esign.envelopes) sign(envelopeId);
  };

  const wake = async (worker: string, _crm: string, dealId: string) => {
    const { want } = JOBS.find((each) => worker.startsWith(each.job)) ?? { want: 'refresh' };
    at(
      random() * SECOND_MS,
      job(`${want} ${dealId}`, true, (own) => look(want, dealId, own)),
    );
  };
  function reconcileEvery(everyMs: number): void {
    at(everyMs, () => {
      reconcileEvery(everyMs);
      return job('reconcile', false, async (own) => void (await reconcile('catch-up', { ...own, wake })))();
    });
  }

  return {
    ...{ clock, config, lead, follow, esign, table, store, bus, parts, ...chronicle },
    ...{ at, run, sign, signAll, reconcileEvery },
    togetherSinceMs: (a: string, b: string) => chronicle.togetherAtMs.get(pairName(a, b)),
    /** Somebody acts while a draft is being made; where workers meet, making it takes as long as they take. */
    whileDrafting: (act: typeof onDraft) => {
      onDraft = act;
    },
    /** Time goes by in the middle of a call; one worker after the other has no time. */
    pause: (forMs: number) => (interleaved ? new Promise<void>((resolve) => at(forMs, resolve)) : Promise.resolve()),
    approveAll: () =>
      approveAll({
        table,
        store,
        clock,
        config,
        newId: parts.newId,
        wake: (name, dealId) => void wake(name, '', dealId),
      }),
    /** A hub of an older version claims nothing. */
    setKnowsClaims: (knows: boolean) => {
      version.knowsClaims = knows;
    },
    /** The next call of this method of the store fails, as when the process dies there, and is tried again. */
    dieOnce: (method: string) => void dying.add(method),
  };
}

export type TwinWorld = ReturnType<typeof createTwinWorld>;

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
