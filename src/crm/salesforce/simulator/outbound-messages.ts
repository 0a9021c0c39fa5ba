import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { createWebhookSender, type OutgoingWebhook } from '../../../local/sandbox-kit/webhook-sender.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { OutboundMessage, SentOutboundMessage } from './control-types.ts';
import type { Org } from './org.ts';
import type { SalesforceFaults } from './salesforce-faults.ts';
import { fieldOf } from './schema.ts';
import { scopedStorage } from './scoped-storage.ts';
import { isAcknowledgement } from './soap-ack.ts';
import { soapMessage } from './soap-message.ts';
import { isGone } from './tables.ts';
import type { Committed } from './transactions.ts';

/** Notifications in one message, how long an answer may take, how long a message is kept, and how far apart attempts are
 * (Help, "Considerations for Outbound Messages"); the first gap is not documented. */
const MOST_NOTIFICATIONS = 100;
const DEADLINE_MS = 60_000;
const KEPT_MS = 24 * 3_600_000;
const FIRST_GAP_MS = 4000;
const LONGEST_GAP_MS = 2 * 3_600_000;
const CONCURRENCY = 10;
/** How the sender is told of a 200 that is no acknowledgement. */
const NOT_ACKNOWLEDGED = 299;

export interface OutboundMessages {
  url(): string | undefined;
  setUrl(url: string | undefined): void;
  flush(): void;
  hurry(): void;
  waiting(): readonly OutboundMessage[];
  givenUp(): readonly OutboundMessage[];
  sent(): readonly SentOutboundMessage[];
  start(): void;
  stop(): Promise<void>;
}

interface Payload {
  readonly object: string;
  readonly notifications: readonly { readonly id: string; readonly recordId: string }[];
}

const RULES = { Opportunity: 'outboundMessages', OpportunityContactRole: 'contactRoleMessages' } as const;
const CONTACT_ROLE_FIELDS = ['Id', 'ContactId', 'IsPrimary', 'OpportunityId', 'Role'];

export function createOutboundMessages(deps: {
  storage: SandboxStorage;
  clock: Clock;
  faults: SalesforceFaults;
  org: Org;
  /** Address of the org in the messages. */
  orgUrl: string;
  timeScale: number;
}): OutboundMessages {
  const { clock, org, timeScale } = deps;
  const storage = scopedStorage(deps.storage, 'outbound-message');
  // Kept on disk, so that a process that dies while it collects loses nothing.
  const collected = storage.records<{ object: string; id: string; recordId: string }>('collected');
  const actions = storage.records<string>('action');
  let url: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  function actionId(object: string): string {
    const known = actions.get(object);
    if (known !== undefined) return known;
    const id = org.mint('OutboundMessageAction');
    actions.set(object, id);
    return id;
  }

  /** What the message says is read when it leaves, not when the record changed. */
  function bodyOf({ object, notifications }: Payload): string {
    const { outboundMessageFields, orgIdLength, deletedNotification } = org.switches.get();
    const names = object === 'Opportunity' ? outboundMessageFields : CONTACT_ROLE_FIELDS;
    const definition = org.schema.object(object);
    return soapMessage({
      orgId: org.orgId.slice(0, orgIdLength),
      actionId: actionId(object),
      url: deps.orgUrl,
      object,
      chosen: names.flatMap((name) => fieldOf(definition, name) ?? []),
      deleted: deletedNotification,
      notifications: notifications.map(({ id, recordId }) => {
        const row = org.tables.get(object, recordId);
        return { id, fields: row === undefined || isGone(row) ? undefined : row.fields };
      }),
    });
  }

  const sender = createWebhookSender({
    storage,
    clock,
    faults: deps.faults.kit,
    timeoutMs: DEADLINE_MS,
    retryDelaysMs: retryGaps().map((gapMs) => gapMs / timeScale),
    isAccepted: (status) => status === 200,
    concurrency: CONCURRENCY,
    build(webhook) {
      const { soapContentType, soapActionHeader } = org.switches.get();
      return {
        headers: {
          'content-type': `${soapContentType}; charset=utf-8`,
          'user-agent': 'SFDC-Callout/66.0',
          ...(soapActionHeader ? { SOAPAction: '""' } : {}),
        },
        body: bodyOf(webhook.payload as Payload),
      };
    },
    async fetch(input, init) {
      const response = await fetch(input, init);
      const body = await response.text();
      if (response.status !== 200) return new Response(null, { status: response.status });
      return new Response(null, { status: isAcknowledgement(body) ? 200 : NOT_ACKNOWLEDGED });
    },
  });

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const object of Object.keys(RULES)) {
      const entries = collected.entries().filter(([, each]) => each.object === object);
      for (let start = 0; start < entries.length; start += MOST_NOTIFICATIONS) {
        const batch = entries.slice(start, start + MOST_NOTIFICATIONS);
        const payload: Payload = { object, notifications: batch.map(([, { id, recordId }]) => ({ id, recordId })) };
        if (url !== undefined) sender.enqueue({ name: `outbound-message ${object}`, url, payload });
        for (const [key] of batch) collected.delete(key);
      }
    }
  }

  org.transactions.onCommit(({ actor, changes }: Committed) => {
    const switches = org.switches.get();
    if (url === undefined || (actor.api !== undefined && !switches.apiUserSendsMessages)) return;
    for (const { kind, after } of changes) {
      if (after.type !== 'Opportunity' && after.type !== 'OpportunityContactRole') continue;
      // Rules look at records that are made or changed; deleting and restoring is neither.
      if (!switches[RULES[after.type]] || (kind !== 'create' && kind !== 'update')) continue;
      const id = org.mint('OutboundMessageNotification');
      collected.set(id, { object: after.type, id, recordId: after.id });
      timer ??= setTimeout(flush, switches.coalesceMs);
    }
  });

  const shown = ({ id, payload, attempt, dueAtMs }: OutgoingWebhook): OutboundMessage => ({
    id,
    attempt,
    dueAtMs,
    ...(payload as Payload),
  });

  return {
    url: () => url,
    setUrl(next) {
      url = next;
    },
    flush,
    hurry() {
      flush();
      sender.hurry();
    },
    waiting: () => sender.waiting().map(shown),
    givenUp: () => sender.given().map(shown),
    sent: () =>
      sender.sent().map(({ id, attempt, atMs, status, accepted }) => ({
        id,
        attempt,
        atMs,
        status: status === NOT_ACKNOWLEDGED ? 200 : status,
        acknowledged: accepted,
      })),
    start() {
      flush();
      sender.start();
    },
    async stop() {
      flush();
      await sender.stop();
    },
  };
}

/** Doubling up to two hours, until a day is over. */
function retryGaps(): number[] {
  const gaps: number[] = [];
  let gapMs = FIRST_GAP_MS;
  for (let passedMs = gapMs; passedMs <= KEPT_MS; passedMs += gapMs) {
    gaps.push(gapMs);
    gapMs = Math.min(gapMs * 2, LONGEST_GAP_MS);
  }
  return gaps;
}
