import type { AwsCall } from '../bench/flow/aws-tap.ts';
import type { Activity, Invocation } from './activity.ts';
import {
  ACCESS_LOG_BYTES,
  BYTES_PER_GB,
  HTTP_CHUNK_BYTES,
  INIT_MS,
  ITEM_OVERHEAD_BYTES,
  LOG_LINE_OVERHEAD_BYTES,
  MESSAGE_CHUNK_BYTES,
  PLATFORM_LOG_BYTES,
  PROVIDER_CALL_MS,
} from './assumptions.ts';
import { type TableShare, tableShares } from './table-shares.ts';
import { addUsage, type Usage } from './usage.ts';

/** What AWS would count for some activity. */
export interface Tally {
  /** As counted here: durations are those of this machine, providers answer at once. */
  readonly usage: Usage;
  /** What comes on top when providers take their time, and in a cold run what initialising every function costs. */
  readonly waiting: Usage;
  /** How often each operation was called, e.g. `dynamodb.PutItem`; pollers and buses included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly invocations: Readonly<Record<string, number>>;
  readonly providerCalls: number;
  /** Steps and codes that were logged. */
  readonly logged: ReadonlySet<string>;
  /** Table units by function and kind of item, dearest first, e.g. `record SIGNAL`. */
  readonly tableUnits: readonly TableShare[];
}

/** Chunks that are billed; an empty payload is one. */
export function chunks(bytes: number, chunkBytes: number): number {
  return Math.max(1, Math.ceil(bytes / chunkBytes));
}

/** Lambda bills whole milliseconds of the configured memory. */
export function gbSeconds(ms: number, memoryMb: number): number {
  return (Math.ceil(ms) / 1000) * (memoryMb / 1024);
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}

function callUsage(call: AwsCall): Usage {
  const { service, operation, input } = call;
  switch (service) {
    case 'dynamodb':
      return { tableWriteUnit: call.writeUnits, tableReadUnit: call.readUnits };
    case 'sqs':
      return { sqsRequest: chunks(Buffer.byteLength(String(input['MessageBody'] ?? '')), MESSAGE_CHUNK_BYTES) };
    case 'eventbridge':
      return { busEntry: sum(entriesOf(input), (entry) => chunks(entryBytes(entry), MESSAGE_CHUNK_BYTES)) };
    case 's3':
      return operation === 'PUT' ? { filePut: 1 } : { fileGet: 1 };
    case 'secretsmanager':
      return { secretCall: 1 };
    default:
      return service satisfies never;
  }
}

type Entry = Readonly<Record<string, unknown>>;

function entriesOf(input: AwsCall['input']): readonly Entry[] {
  const entries = input['Entries'];
  return Array.isArray(entries) ? entries : [];
}

/** Size of an entry without a time ("Calculating Amazon EventBridge PutEvents event entry size"). */
function entryBytes(entry: Entry): number {
  return sum(['Source', 'DetailType', 'Detail'], (name) => Buffer.byteLength(String(entry[name] ?? '')));
}

function invocationUsage(invocation: Invocation): Usage {
  const { trigger, received, ms, memoryMb, logBytes, logLines } = invocation;
  const isHttp = trigger === 'http';
  const bytes = sum(received, (each) => each.bytes);
  const fromBus = received.filter(({ from }) => from !== undefined);
  const receives = chunks(bytes, MESSAGE_CHUNK_BYTES) + (invocation.deletes ? 1 : 0);
  const deliveries = sum(fromBus, (each) => chunks(each.bytes, MESSAGE_CHUNK_BYTES));
  const logs = logBytes + logLines * LOG_LINE_OVERHEAD_BYTES + PLATFORM_LOG_BYTES + (isHttp ? ACCESS_LOG_BYTES : 0);
  return {
    lambdaRequest: 1,
    lambdaGbSecond: gbSeconds(ms, memoryMb),
    httpRequest: isHttp ? chunks(bytes, HTTP_CHUNK_BYTES) : 0,
    sqsRequest: trigger === 'queue' ? receives + deliveries : 0,
    partnerEvent: sum(fromBus, (each) => (each.from === 'partner' ? chunks(each.bytes, MESSAGE_CHUNK_BYTES) : 0)),
    schedulerInvocation: trigger === 'schedule' ? 1 : 0,
    logGb: logs / BYTES_PER_GB,
  };
}

/** What is left in the table: the last item under every key. */
function tableBytes(calls: readonly AwsCall[]): number {
  const items = new Map<string, number>();
  for (const { operation, input } of calls) {
    const item = input['Item'] as Record<string, Record<string, unknown>> | undefined;
    const keys = (item ?? input['Key']) as Record<string, unknown> | undefined;
    const key = JSON.stringify([keys?.['pk'], keys?.['sk']]);
    if (operation === 'DeleteItem') items.delete(key);
    if (operation !== 'PutItem' || item === undefined) continue;
    const attributes = Object.entries(item).flatMap(([name, value]) => [name, String(Object.values(value)[0])]);
    items.set(key, ITEM_OVERHEAD_BYTES + sum(attributes, (text) => Buffer.byteLength(text)));
  }
  return sum([...items.values()], (bytes) => bytes);
}

function countBy(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Adds up an activity. Storage is that of what it left, kept for one month. */
export function tally({ calls, invocations, fileBytes, logged, isCold }: Activity): Tally {
  const queued = invocations.filter(({ trigger }) => trigger === 'queue');
  const fromBus = queued.flatMap(({ received }) => received.filter(({ from }) => from !== undefined));
  const table = tableBytes(calls) / BYTES_PER_GB;
  return {
    usage: addUsage(...calls.map(callUsage), ...invocations.map(invocationUsage), {
      tableGbMonth: table,
      tableBackupGbMonth: table,
      fileGbMonth: fileBytes / BYTES_PER_GB,
    }),
    waiting: {
      lambdaGbSecond: sum(invocations, ({ functionName, memoryMb, providerCalls }) => {
        const initMs = isCold ? (INIT_MS[functionName] ?? 0) : 0;
        return gbSeconds(providerCalls * PROVIDER_CALL_MS + initMs, memoryMb);
      }),
    },
    calls: countBy([
      ...calls.map(({ service, operation }) => `${service}.${operation}`),
      ...queued.map(() => 'sqs.ReceiveMessage (poller)'),
      ...queued.filter(({ deletes }) => deletes).map(() => 'sqs.DeleteMessageBatch (poller)'),
      ...fromBus.map(() => 'sqs.SendMessage (bus)'),
    ]),
    invocations: countBy(invocations.map(({ functionName }) => functionName)),
    providerCalls: sum(invocations, (each) => each.providerCalls),
    logged,
    tableUnits: tableShares(calls),
  };
}
