import type { Contract } from '../../domain/contract.ts';
import { HubError } from '../../domain/errors.ts';
import type { ListPage } from '../../store/attention-lists.ts';
import { leadingConnection } from '../connections.ts';
import { contractWaitsSince, ENDED_LOOK_MS, HOLD_LOOK_MS, isDue, OPEN_LOOK_MS, QUIET_MS } from './look-again.ts';
import { isReadDue, readEnvelope } from './read-envelope.ts';
import type { ReconcileParts } from './reconcile-parts.ts';
import type { Run } from './reconcile-run.ts';

/** How far a round through the lists got (`CONNECTION#~hub` / `NOTE#round`). */
interface Round {
  readonly startedAtMs: number;
  /** When the round before began; 0 for the first one. */
  readonly lastMs: number;
  /** Which of the lists; their number when the round is done. */
  readonly list: number;
  readonly cursor?: string;
}

/** No connection can have this id. */
const HUB_NOTES = '~hub';
const LIST_COUNT = 4;
const PAGE = 10;
/** Keeps a run within its time, and thousands of envelopes within a provider's hourly limit. */
const MOST_READS = 50;
const MOST_WOKEN = 100;
const JOBS_TO_WAKE = ['send-contract', 'start-onboarding', 'write-back'] as const;

type Look = (request: { readonly cursor?: string; readonly limit: number }) => Promise<ListPage<() => Promise<void>>>;

/**
 * Looks at what is not at rest: active contracts are read at the provider when they were silent for a while, and workers
 * are woken for what waits: holds, voids, ends that nobody may have heard of, work that is not done. A round goes through
 * all of it over as many runs as it takes; what fails is logged and met again in the next round.
 *
 * @param isOver true when the time for this is used up
 */
export async function lookAround(isOver: () => boolean, run: Run, parts: ReconcileParts): Promise<void> {
  const note = await parts.store.loadConnectionNote<Round>(HUB_NOTES, 'round');
  let version = note?.version ?? 0;
  const woken = new Set<string>();
  let reads = 0;
  let round: Round =
    note === undefined || note.data.list >= LIST_COUNT
      ? { startedAtMs: run.startedAtMs, lastMs: note?.data.startedAtMs ?? 0, list: 0 }
      : note.data;
  const lists = listsOf(round, { wake, read }, parts);

  async function wake(dealId: string): Promise<void> {
    if (woken.has(dealId)) return;
    woken.add(dealId);
    await run.attempt({ dealId }, async () => {
      await wakeWorkers(dealId, parts);
      run.count('woken');
    });
  }

  async function read(contract: Contract): Promise<void> {
    // Left to the next round: a provider that hangs must not take the time of everything else.
    if (isOver() || reads >= MOST_READS) return;
    const { dealId, n } = contract;
    const about = { dealId, contractId: `${dealId}/${n}`, connectionId: contract.connectionId };
    await run.attempt(about, async () => {
      if (!(await isReadDue(contract, parts))) return;
      reads += 1;
      run.count('envelopes');
      await readEnvelope(contract, parts);
    });
  }

  for (let look = lists[round.list]; look !== undefined; look = lists[round.list]) {
    if (isOver() || reads >= MOST_READS || woken.size >= MOST_WOKEN) {
      run.leftUnfinished('round');
      return;
    }
    const { cursor, ...rest } = round;
    const page = await run.attempt({ key: 'round' }, () =>
      look({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
    );
    if (!page.ok) return;
    for (const act of page.value.items) await act();
    const next = page.value.cursor;
    round = next === undefined ? { ...rest, list: round.list + 1 } : { ...rest, list: round.list, cursor: next };
    const saved = await parts.store.saveConnectionNote(HUB_NOTES, 'round', round, version);
    // Another run is at it.
    if (saved === 'conflict') return;
    version = saved.version;
  }
}

interface Acts {
  wake(dealId: string): Promise<void>;
  read(contract: Contract): Promise<void>;
}

function listsOf({ startedAtMs, lastMs }: Round, { wake, read }: Acts, { store }: ReconcileParts): readonly Look[] {
  const wakeIfDue = async (dealId: string, sinceMs: number): Promise<void> => {
    if (isDue(sinceMs, lastMs, startedAtMs)) await wake(dealId);
  };
  const acts = <T>(page: ListPage<T>, act: (item: T) => Promise<void>): ListPage<() => Promise<void>> => ({
    ...page,
    items: page.items.map((item) => () => act(item)),
  });
  return [
    async (request) =>
      acts(await store.listActiveContracts(request), async (contract) => {
        await read(contract);
        const sinceMs = contractWaitsSince(contract, startedAtMs);
        if (sinceMs !== undefined) await wakeIfDue(contract.dealId, sinceMs);
      }),
    async (request) =>
      acts(
        await store.listEndedContracts({ ...request, sinceMs: startedAtMs - ENDED_LOOK_MS }),
        async ({ dealId, updatedAtMs }) => {
          if (startedAtMs - updatedAtMs >= QUIET_MS) await wakeIfDue(dealId, updatedAtMs);
        },
      ),
    async (request) =>
      acts(await store.listHolds({ ...request, sinceMs: startedAtMs - HOLD_LOOK_MS }), ({ dealId, atMs }) =>
        wakeIfDue(dealId, atMs),
      ),
    async (request) =>
      acts(await store.listOpenWork({ ...request, sinceMs: startedAtMs - OPEN_LOOK_MS }), async (work) => {
        if (startedAtMs - work.updatedAtMs >= QUIET_MS) await wakeIfDue(work.dealId, work.createdAtMs);
      }),
  ];
}

async function wakeWorkers(dealId: string, parts: ReconcileParts): Promise<void> {
  const deal = await parts.store.loadDeal(dealId);
  if (deal === undefined) {
    throw new HubError('deal.unknown', `deal ${dealId} is not in the table`, { retry: 'never', context: { dealId } });
  }
  const { provider } = leadingConnection(await parts.config(), deal);
  await Promise.all(JOBS_TO_WAKE.map((job) => parts.wake(job, provider, dealId)));
}
