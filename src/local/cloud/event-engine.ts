import { randomUUID } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import type { PartnerRuleSpec, RuleSpec } from '../../topology.ts';
import { type AwsEndpoint, jsonAnswer, jsonError, jsonOf, operationOf } from './aws-call.ts';
import { EMBEDDED_ACCOUNT, EMBEDDED_REGION, type QueueEngine } from './queue-engine.ts';
import { matchesPattern } from './rule-match.ts';
import { type CloudSwitches, reorderDelaySeconds } from './switches.ts';

/** An event as its targets get it ("Amazon EventBridge event structure"). */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface EventEngine {
  readonly endpoint: AwsEndpoint;
  /** The latest 1,000 accepted events, oldest first. */
  events(): readonly BusEvent[];
  /**
   * An event that a provider's partner event source sends: to the queue as it came, its numbers with all their digits.
   * Answers when the target has it. Throws Error for an event that no rule takes.
   */
  deliverPartnerEvent(text: string): Promise<void>;
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 1_000_000;
const KEPT_EVENTS = 1_000;

type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

export interface EventEngineOptions {
  readonly rules: readonly RuleSpec[];
  readonly partnerRules: readonly PartnerRuleSpec[];
  readonly busName: string;
  readonly queues: QueueEngine;
  readonly clock: Clock;
  readonly switches: CloudSwitches;
  readonly random: () => number;
}

function refused(code: string, message: string): EntryResult {
  return { ErrorCode: code, ErrorMessage: message };
}

/** `PutEvents` with the topology's rules; answers only after every target has the event on disk. */
export function createEventEngine(options: EventEngineOptions): EventEngine {
  const { rules, busName, queues, clock, switches, random } = options;
  const accepted: BusEvent[] = [];

  async function deliver(event: BusEvent): Promise<void> {
    await deliverTo(
      rules.filter(({ pattern }) => matchesPattern(pattern, event)),
      JSON.stringify(event),
    );
  }

  async function deliverTo(
    targets: readonly Pick<RuleSpec, 'targetQueue' | 'deadLetterQueue'>[],
    body: string,
  ): Promise<void> {
    for (const rule of targets) {
      const times = random() < switches.duplicateEvents ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        const delaySeconds = random() < switches.reorderEvents ? reorderDelaySeconds(random) : 0;
        try {
          await queues.queue(rule.targetQueue).send(body, delaySeconds);
        } catch {
          // The target is in this process: what it refuses once it refuses always.
          await queues.queue(rule.deadLetterQueue).send(body);
        }
      }
    }
  }

  async function put(entry: Readonly<Record<string, unknown>>): Promise<EntryResult> {
    const { Source: source, DetailType: type, Detail: json, EventBusName: bus } = entry;
    if (random() < switches.refusedEntries) return refused('ThrottlingException', 'Rate exceeded.');
    if (bus !== busName) return refused('ResourceNotFoundException', `There is no bus ${String(bus)}.`);
    if (typeof source !== 'string' || typeof type !== 'string' || typeof json !== 'string') {
      return refused('InvalidArgument', 'Source, DetailType and Detail are needed.');
    }
    let detail: unknown;
    try {
      detail = JSON.parse(json);
    } catch {
      return refused('MalformedDetail', 'Detail is malformed.');
    }
    const event: BusEvent = {
      version: '0',
      id: randomUUID(),
      'detail-type': type,
      source,
      account: EMBEDDED_ACCOUNT,
      time: new Date(clock.nowMs()).toISOString(),
      region: EMBEDDED_REGION,
      resources: [],
      detail,
    };
    await deliver(event);
    accepted.push(event);
    if (accepted.length > KEPT_EVENTS) accepted.shift();
    return { EventId: event.id };
  }

  return {
    events: () => [...accepted],
    async deliverPartnerEvent(text) {
      const { source } = JSON.parse(text) as { readonly source?: unknown };
      const taken = options.partnerRules.filter(({ sourcePrefix }) => String(source).startsWith(sourcePrefix));
      if (taken.length === 0) throw new Error(`No rule takes events of the partner source ${String(source)}.`);
      await deliverTo(taken, text);
    },
    async endpoint(request) {
      if (operationOf(request) !== 'PutEvents') {
        return jsonError(400, 'UnknownOperationException', `This cloud has no ${operationOf(request)}.`);
      }
      const body = await jsonOf(request);
      const entries = Array.isArray(body['Entries']) ? body['Entries'] : [];
      if (entries.length < 1 || entries.length > MAX_ENTRIES) {
        return jsonError(400, 'ValidationException', `PutEvents takes 1 to ${MAX_ENTRIES} entries.`);
      }
      if (Buffer.byteLength(JSON.stringify(entries)) > MAX_BYTES + 4_096) {
        return jsonError(400, 'ValidationException', 'Total size of the entries in the request is over the limit.');
      }
      const results: EntryResult[] = [];
      for (const entry of entries) results.push(await put(entry));
      const failures = results.filter((result) => 'ErrorCode' in result).length;
      return jsonAnswer(200, { FailedEntryCount: failures, Entries: results });
    },
  };
}
