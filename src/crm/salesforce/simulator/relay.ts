import { randomText, randomUuid } from '../../../local/sandbox-kit/random-text.ts';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createWebhookSender } from '../../../local/sandbox-kit/webhook-sender.ts';
import type { Clock } from '../../../platform/clock.ts';
import { type ChangeEvent, changeEvents, changeOrigin, eventText } from './change-events.ts';
import type { RelayControl } from './control-types.ts';
import type { Org } from './org.ts';
import type { SalesforceFaults } from './salesforce-faults.ts';
import { scopedStorage } from './scoped-storage.ts';

const RELAYED = 'Opportunity';
const SENT_KEPT = 200;
const DEADLINE_MS = 30_000;
/** Events are kept for three days (Change Data Capture Guide, "Change Event Storage and Delivery"). */
const RETRIES = 4320;
const LONGEST_GAP_MS = 60_000;

export interface Relay extends RelayControl {
  start(): void;
  stop(): Promise<void>;
}

/** Change Data Capture of opportunities, and the Event Relay that carries it to a partner event source. */
export function createRelay(deps: {
  storage: SandboxStorage;
  clock: Clock;
  random: () => number;
  faults: SalesforceFaults;
  org: Org;
  timeScale: number;
}): Relay {
  const { clock, random, org, timeScale } = deps;
  const storage = scopedStorage(deps.storage, 'relay');
  const kept = storage.records<string>('state');
  const channelId = kept.get('channel') ?? org.mint('RelayChannel');
  kept.set('channel', channelId);
  const source = `aws.partner/salesforce.com/${org.orgId}/${channelId}`;
  const accepted: string[] = [];
  let target: ((text: string) => Promise<void>) | undefined;

  const sender = createWebhookSender({
    storage,
    clock,
    faults: deps.faults.kit,
    timeoutMs: DEADLINE_MS,
    retryDelaysMs: Array.from({ length: RETRIES }, (_, n) => Math.min(1000 * 2 ** n, LONGEST_GAP_MS) / timeScale),
    isAccepted: (status) => status === 200,
    // In the order of the stream.
    concurrency: 1,
    build: ({ payload }) => ({ headers: {}, body: String(payload) }),
    async fetch(_, init) {
      if (target === undefined) throw new Error('The partner event source has no bus.');
      const text = String(init?.body);
      await target(text);
      accepted.push(text);
      if (accepted.length > SENT_KEPT) accepted.shift();
      return new Response(null, { status: 200 });
    },
  });

  /** Ascends for ever, with digits that a double cannot keep. */
  function nextCommitNumber(atMs: number): bigint {
    const last = BigInt(kept.get('commit-number') ?? '0');
    const now = BigInt(atMs) * 1_000_000n + 501_501n;
    const next = now > last ? now : last + 7n;
    kept.set('commit-number', String(next));
    return next;
  }

  const isOn = () => kept.get('off') === undefined;

  function send(
    events: readonly ChangeEvent[],
    about: { key: string; origin: string; userId: string; atMs: number },
  ): void {
    if (target === undefined || !isOn() || events.length === 0) return;
    const { commitDelayMs, commitInWholeSeconds, relayIds } = org.switches.get();
    const exactMs = about.atMs + commitDelayMs;
    const commitTimestamp = commitInWholeSeconds ? Math.floor(exactMs / 1000) * 1000 : exactMs;
    const commitNumber = nextCommitNumber(exactMs);
    events.forEach((event, index) => {
      const payload = eventText({
        id: randomUuid(random),
        object: RELAYED,
        source,
        atMs: clock.nowMs(),
        event,
        origin: about.origin,
        transactionKey: about.key,
        sequenceNumber: index + 1,
        commitTimestamp,
        commitNumber,
        commitUser: about.userId,
        relayIds: relayIds ? { schemaId: randomText(random, 22), id: randomUuid(random) } : undefined,
      });
      sender.enqueue({ name: `${RELAYED}ChangeEvent`, url: 'relay:', payload });
    });
  }

  org.transactions.onCommit((committed) => {
    const { key, actor, atMs } = committed;
    const events = changeEvents(org.schema.object(RELAYED), committed);
    send(events, { key, origin: changeOrigin(actor), userId: actor.userId, atMs });
  });

  function headerOnly(changeType: string, recordIds: readonly string[]): void {
    if (target === undefined) throw new Error('The relay has no target; a gap would reach nobody.');
    const userId = org.tables.all('User')[0]?.id ?? '';
    const about = { key: randomUuid(random), origin: '', userId, atMs: clock.nowMs() };
    send([{ changeType, recordIds, changedFields: [], fields: {} }], about);
  }

  return {
    source,
    setTarget(next) {
      target = next;
    },
    isOn,
    turn(on) {
      if (on) kept.delete('off');
      else kept.set('off', 'STOP');
    },
    sent: () => [...accepted],
    waiting: sender.waiting,
    hurry: sender.hurry,
    gap: (change, recordIds) => headerOnly(`GAP_${change}`, recordIds),
    // An overflow names no records: the zeros stand for all that the transaction touched.
    overflow: () => headerOnly('GAP_OVERFLOW', ['000000000000000AAA']),
    start: sender.start,
    stop: sender.stop,
  };
}
