import { loadSource } from '../../../src/local/functions.ts';
import type { LocalHub } from '../../../src/local/hub.ts';
import { playJourney } from '../../../src/local/play/journey.ts';
import { type AwsCall, type AwsTap, createAwsTap } from './aws-tap.ts';
import { hubspotEvent, postDocuSign, postHubSpot, stageEvent, startBenchHub } from './bench-hub.ts';
import { loadWithStubs } from './stub-functions.ts';
import { createStubWorld, dealFacts } from './stub-ports.ts';

/** What one kind of event costs at AWS. */
export interface EventCost {
  readonly kind: string;
  readonly writeUnits: number;
  readonly listingWriteUnits: number;
  readonly readUnits: number;
  /** Send, receive, delete and visibility; a batch is one request. */
  readonly sqsRequests: number;
  readonly busEntries: number;
  readonly s3Requests: number;
  /** What the units went to, e.g. `put SIGNAL 1`. */
  readonly detail: readonly string[];
}

const QUIET_MS = 20_000;

/** Sort keys begin with the kind of the item. */
function kindOf({ input }: AwsCall): string {
  const key = (input['Item'] ?? input['Key']) as { pk?: { S?: string }; sk?: { S?: string } } | undefined;
  if (key === undefined) {
    const values = input['ExpressionAttributeValues'] as Record<string, { S?: string }> | undefined;
    return Object.values(values ?? {})[0]?.S?.split('#')[0] ?? '';
  }
  const sort = key.sk?.S?.split('#')[0] ?? '';
  return sort === 'REF' ? (key.pk?.S?.split('#')[0] ?? '') : sort;
}

function detailOf(calls: readonly AwsCall[]): readonly string[] {
  const lines = new Map<string, { count: number; units: number }>();
  for (const call of calls) {
    const units = call.writeUnits + call.readUnits;
    const what =
      call.service === 'dynamodb'
        ? `${call.functionName} ${call.operation} ${kindOf(call)}${call.listingWriteUnits > 0 ? ' +listing' : ''}`
        : `${call.functionName} ${call.operation}`;
    const line = lines.get(what) ?? { count: 0, units: 0 };
    lines.set(what, { count: line.count + 1, units: line.units + units });
  }
  return [...lines].map(([what, { count, units }]) => `${what} x${count}${units > 0 ? ` = ${units} units` : ''}`);
}

function costOf(kind: string, calls: readonly AwsCall[], before: Counts, after: Counts): EventCost {
  const sum = (pick: (call: AwsCall) => number) => calls.reduce((total, call) => total + pick(call), 0);
  return {
    kind,
    writeUnits: sum((call) => call.writeUnits),
    listingWriteUnits: sum((call) => call.listingWriteUnits),
    readUnits: sum((call) => call.readUnits),
    sqsRequests: difference('sqs.', before, after),
    busEntries: sum(({ input, operation }) =>
      operation === 'PutEvents' && Array.isArray(input['Entries']) ? input['Entries'].length : 0,
    ),
    s3Requests: difference('s3.', before, after),
    detail: detailOf(calls),
  };
}

type Counts = Readonly<Record<string, number>>;

function difference(prefix: string, before: Counts, after: Counts): number {
  return Object.keys(after)
    .filter((name) => name.startsWith(prefix))
    .reduce((sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0), 0);
}

/** Lets one thing happen and adds up what it cost until the hub is quiet again. */
function createCounter(hub: LocalHub, tap: AwsTap) {
  return async (kind: string, happen: () => Promise<unknown>): Promise<EventCost> => {
    await hub.host.whenQuiet(QUIET_MS);
    tap.take();
    const before = hub.cloud.calls();
    await happen();
    await hub.host.whenQuiet(QUIET_MS);
    return costOf(kind, tap.take(), before, hub.cloud.calls());
  };
}

/** Costs of the kinds of events, one after the other on one deal; the providers are stubs that send nothing back. */
export async function measureEventCosts(): Promise<readonly EventCost[]> {
  const world = createStubWorld();
  const tap = createAwsTap(loadWithStubs(world), { oneMessageAtATime: false });
  const hub = await startBenchHub(tap.load);
  try {
    const cost = createCounter(hub, tap);
    const id = '9001';
    const enter = async (recordId: string, stageId: string) => {
      world.deals.set(recordId, dealFacts(recordId, stageId));
      await postHubSpot(hub, [stageEvent(recordId, stageId)]);
    };
    // The configuration and the secrets are in memory after this one, as in a function that is warm.
    await cost('warm-up', () => enter('9000', '1100000001'));
    const costs = [await cost('first stage event of a new deal', () => enter(id, '1100000001'))];
    costs.push(await cost('stage event that starts nothing', () => enter(id, '1100000002')));
    const again = [stageEvent(id, '1100000004', Date.now())];
    world.deals.set(id, dealFacts(id, '1100000004'));
    await postHubSpot(hub, again);
    costs.push(await cost('duplicate webhook', () => postHubSpot(hub, again)));
    const hint = { propertyName: 'amount', propertyValue: '190000.00' };
    costs.push(await cost('hint', () => postHubSpot(hub, [hubspotEvent(id, 'deal.propertyChange', hint)])));
    costs.push(await cost('stage event into procurement until sent', () => enter(id, '1100000006')));
    const envelope = world.latest();
    if (envelope === undefined) throw new Error('no contract was sent in the bench');
    await postDocuSign(hub, 'envelope-sent.json', envelope);
    costs.push(
      await cost('envelope event that changes nothing', () => postDocuSign(hub, 'envelope-sent.json', envelope)),
    );
    costs.push(await cost('envelope completed', () => postDocuSign(hub, 'everybody-signed.json', envelope)));
    costs.push(await cost('implementation with 8 tasks', () => enter(id, '1100000007')));
    return costs;
  } finally {
    await hub.stop();
  }
}

/** Cost of a whole deal, with the simulators telling about everything, also about what the hub itself wrote. */
export async function measureWholeDeal(): Promise<EventCost> {
  const tap = createAwsTap(loadSource, { oneMessageAtATime: false });
  const hub = await startBenchHub(tap.load);
  try {
    return await createCounter(hub, tap)('whole deal, first call to expansion', () => playJourney(hub, () => {}));
  } finally {
    await hub.stop();
  }
}
