import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../src/console/trace.ts';
import type { Act } from '../../src/console/trace-acts.ts';
import type { TraceNode } from '../../src/console/trace-chain.ts';
import { type PlayedDeal, playJourney, SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import type { LogFields } from '../../src/platform/log.ts';
import { stagepost } from './deployed-hub.ts';
import { type Stand, startStand } from './hub-stand.ts';
import { recordedIn } from './salesforce-stand.ts';
import { act, postWebhook, quarantine, stageEvent } from './signed-webhook.ts';

interface Line extends LogFields {
  readonly step: string;
}

const lines: Line[] = [];
let stand: Stand;
let played: PlayedDeal;
beforeAll(async () => {
  stand = await startStand({ log: (_, step, fields) => void lines.push({ step, ...fields }) });
  played = await playJourney(stand.hub, () => {});
  await stand.whenQuiet();
});
afterAll(() => stand.stop());

async function trace(id: string): Promise<Trace> {
  const { code, out, errors } = await stagepost(stand, ['trace', id, '--json']);
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(out) as Trace;
}

/** The delivery that brought a stage of the played deal first. */
async function deliveryOf(stageId: string): Promise<string> {
  const { signals } = await stand.items(played.recordId);
  const found = signals.find(({ signal }) => signal.kind === 'transition' && signal.stageId === stageId);
  return found?.deliveryId ?? '';
}

function nodesOf(node: TraceNode): readonly TraceNode[] {
  return [node, ...node.follows.flatMap(nodesOf)];
}

/** Every step of a chain in the order of time. */
function stepsOf({ deals: [deal] }: Trace): readonly Act[] {
  if (deal === undefined) return [];
  return nodesOf(deal.chain)
    .flatMap(({ steps }) => steps)
    .sort((a, b) => a.atMs - b.atMs);
}

/** Posts a webhook and gives the id that it got at the door. */
async function delivered(body: unknown): Promise<string> {
  const before = lines.length;
  expect((await postWebhook(stand, body)).status).toBe(200);
  const accepted = lines.slice(before).find(({ step }) => step === 'webhook.accepted');
  return accepted?.deliveryId ?? '';
}

describe('the trace of a delivery', () => {
  it('goes from the move into procurement down to the last task, each effect once', async () => {
    const found = await trace(await deliveryOf('1100000006'));
    expect([found.outcome.code, found.outcome.sentence]).toEqual(['effects', 'it brought 1 fact, and this followed']);
    const effects = stepsOf(found).filter(
      ({ kind, text }) =>
        ['contract', 'plan', 'task'].includes(kind) || (kind === 'write-back' && !text.startsWith('CRM fields')),
    );
    const dated = effects.map(({ text }) =>
      text.replace(/\d+ \w+ 20\d\d/, '<day>').replace(/sha256 \w+/, 'sha256 ...'),
    );
    expect(dated.slice(0, 5)).toEqual([
      'contract 1 is due: the deal entered procurement on <day>; policy "standard"',
      'contract 1 drafting: making the draft',
      `contract 1 drafted: draft made, envelope ${played.envelopeId}`,
      'contract 1 sending',
      'contract 1 sent',
    ]);
    // Files and stage are written side by side.
    expect(dated.slice(5).toSorted()).toEqual([
      '8 tasks of plan onboarding created in the CRM',
      'CRM stage advanced from procurement (1100000006) to implementation (1100000007)',
      `${played.dealId}-contract-1-certificate.pdf (3 KB, sha256 ...) archived and attached to the CRM record`,
      `${played.dealId}-contract-1-signed-document.pdf (2 KB, sha256 ...) archived and attached to the CRM record`,
      'plan onboarding: 8 tasks',
    ]);
  });

  it('has below it every webhook of the envelope, as a delivery with a trace of its own', async () => {
    const found = await trace(await deliveryOf('1100000006'));
    const [deal] = found.deals;
    const all = deal === undefined ? [] : nodesOf(deal.chain);
    expect(all[0]?.traceId).toBe(found.id);
    const ofEnvelope = all.filter(({ because, deliveries }) => because === 'contract 1' && deliveries.length > 0);
    // One each for the envelope's being created, sent, opened and completed, and three for each of three people.
    expect(ofEnvelope.map(({ traceId, deliveries }) => deliveries[0]?.deliveryId === traceId)).toEqual(
      Array.from({ length: 13 }, () => true),
    );
    expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(all.length);
  });

  it('says of a webhook about the envelope what it comes of', async () => {
    const { signals } = await stand.items(played.recordId);
    const completed = signals.find(({ signal }) => signal.kind === 'envelope' && signal.event === 'completed');
    const found = await trace(completed?.deliveryId ?? '');
    const sender = await deliveryOf('1100000006');
    expect(found.deals[0]?.cameOf).toEqual([
      { dealId: played.dealId, sentence: `contract 1 of deal ${played.dealId}`, traceId: sender, deliveryId: sender },
    ]);
  });

  it('says why nothing followed', async () => {
    expect((await trace(await deliveryOf('1100000002'))).outcome).toEqual({
      code: 'no-effect',
      sentence: 'it brought 1 fact, and nothing is owed for that',
      stands: [],
    });
  });

  it('is shown as a short tree', async () => {
    const id = await deliveryOf('1100000006');
    const { out } = await stagepost(stand, ['trace', id]);
    const shape = out
      .split('\n')
      .slice(0, 12)
      .map((line) =>
        line.replace(/\d+ \w+ 20\d\d(?: \d\d:\d\d)?/, '<when>').replace(/^( *)\d\d:\d\d:\d\d/, '$1<time>'),
      );
    expect(shape).toEqual([
      `Delivery ${id}`,
      '  of hubspot-main, <when>',
      '',
      'It brought 1 fact, and this followed.',
      '',
      `Deal ${played.dealId}, Northwind Traders - analytics rollout`,
      '<time>  fact        the deal entered procurement (CRM stage 1100000006) (look at contract, plans, writes)',
      '<time>  contract    contract 1 is due: the deal entered procurement on <when>; policy "standard"',
      '<time>  contract    contract 1 drafting: making the draft',
      `<time>  contract    contract 1 drafted: draft made, envelope ${played.envelopeId}`,
      '<time>  contract    contract 1 sending',
      '<time>  contract    contract 1 sent',
    ]);
    expect(out).toMatch(/^ {2}> delivery \w{26} of docusign-main: contract 1\n {2}\d\d:\d\d:\d\d {2}fact /m);
  });

  it('belongs to ids that the list of deliveries shows', async () => {
    const { out } = await stagepost(stand, ['deliveries', '--limit', '500']);
    expect(out.split('\n')[0]).toMatch(/^DELIVERY +RECEIVED/);
    expect(out).toContain(`\n${await deliveryOf('1100000006')}  `);
  });
});

describe('the trace of a delivery that brought nothing about', () => {
  it('says that all of it was known when it comes a second time', async () => {
    const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Qualification' });
    await until('the deal is recorded', async () => (await stand.items(id)).deal);
    await stand.whenQuiet();
    const event = [stageEvent(id, '1100000003', stand.clock.nowMs())];
    const first = await delivered(event);
    await stand.whenQuiet();
    const second = await delivered(event);
    await stand.whenQuiet();
    expect(second).not.toBe(first);
    expect((await trace(first)).outcome.sentence).toMatch(/^it brought 1 fact/);
    const again = await trace(second);
    expect([again.outcome.code, again.outcome.sentence]).toEqual([
      'known',
      'it said nothing new: 1 fact, known already',
    ]);
    expect(again.deals.map(({ chain }) => [chain.dealId, chain.steps])).toEqual([[`hubspot-main.${id}`, []]]);
  });

  it('says what it was about when that is not ours', async () => {
    const id = await delivered([
      { ...stageEvent('1', 'x', stand.clock.nowMs()), subscriptionType: 'company.propertyChange' },
    ]);
    await stand.whenQuiet();
    expect((await trace(id)).outcome).toEqual({
      code: 'ignored',
      sentence: 'nothing in it is about deals or contracts: 1 company.propertyChange',
      stands: [],
    });
  });

  it('says why it is in quarantine, and is found by the id of what is there', async () => {
    const event = { ...stageEvent('4711', '1100000006', stand.clock.nowMs()), portalId: 77 };
    const id = await delivered([event]);
    await until('it is in quarantine', async () =>
      (await quarantine(stand)).find(({ deliveryId }) => deliveryId === id),
    );
    await stand.whenQuiet();
    const found = await trace(id);
    expect([found.outcome.code, found.outcome.sentence]).toEqual([
      'quarantined',
      `nothing of it could be taken in: it is in quarantine (once the cause is mended: npx stagepost replay ${id}.1)`,
    ]);
    expect(found.quarantined.map(({ id: part, code }) => [part, code])).toEqual([[`${id}.1`, 'account.unknown']]);
    expect((await trace(`${id}.1`)).delivery?.deliveryId).toBe(id);
    const { out } = await stagepost(stand, ['trace', id]);
    expect(out).toContain(`  ! ${id}.1, account.unknown: `);
    expect((await act(stand, `/quarantine/${id}.1/replay`)).status).toBe(200);
    await stand.whenQuiet();
  });

  it('of which nothing is known says where to look', async () => {
    const { code, errors } = await stagepost(stand, ['trace', '01ARYZ6S410000000000000000']);
    expect([code, errors]).toEqual([
      1,
      'There is no delivery "01ARYZ6S410000000000000000"; `npx stagepost deliveries` lists the ids, those of its day with --day 2016-07-30. They are kept for 90 days.\n',
    ]);
  });

  it('that still waits in the inbox says so', async () => {
    stand.outage.add('dynamodb');
    const id = await delivered([stageEvent('4712', '1100000006', stand.clock.nowMs())]);
    const { code, errors } = await stagepost(stand, ['trace', id]);
    stand.outage.delete('dynamodb');
    await stand.whenQuiet();
    expect([code, errors]).toEqual([
      1,
      `Delivery "${id}" is not recorded yet: it may still wait in the inbox; ask again in a minute.\n`,
    ]);
  });
});

describe('the trace of a person', () => {
  it('is on what the person asked for', async () => {
    await act(stand, `/deals/${played.dealId}/retry`);
    await stand.whenQuiet();
    const { decisions } = await stand.items(played.recordId);
    const asked = decisions.find(({ reason }) => reason.code === 'action.retry');
    expect(asked?.subject).toBe(`action/retry/${asked?.traceId}`);
  });
});

describe('the trace of a hint', () => {
  it('leads over the read that it caused to the deal', async () => {
    const { id } = stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Prospecting' });
    stand.salesforce.moveOpportunity(id, 'Qualification');
    await recordedIn(stand, id, 'qualification');
    await stand.whenQuiet();
    const day = new Date(stand.clock.nowMs()).toISOString().slice(0, 10);
    const deliveries = await stand.hub.store.listDeliveries(day, 500);
    const hints = deliveries.filter(
      ({ signals, toRead = [] }) => signals === 0 && toRead.some(({ recordId }) => recordId === id),
    );
    expect(hints.length).toBeGreaterThan(0);
    const traces = await Promise.all(hints.map(({ deliveryId }) => trace(deliveryId)));
    for (const { reads } of traces) {
      expect(reads).toMatchObject([{ connectionId: 'salesforce-main', recordId: id, dealId: `salesforce-main.${id}` }]);
    }
    // Hints share reads: one of them brought the facts, under its own trace.
    const brought = traces.filter(({ outcome }) => outcome.code !== 'read');
    expect(brought.length).toBeGreaterThan(0);
    for (const { outcome } of brought) {
      expect(outcome.sentence).toMatch(/^it brought \d+ facts? that the hub read at the CRM because of it/);
    }
    for (const { outcome } of traces.filter((each) => !brought.includes(each))) {
      expect(outcome.sentence).toBe(
        'it only asked to have a record read; that was done since, for it alone or for several hints at once, and brought nothing new under its trace',
      );
    }
  });
});

describe('the log', () => {
  /** `LogFields`, written down once more. */
  const FIELDS = [
    'connectionId',
    'deliveryId',
    'dealId',
    'contractId',
    'traceId',
    'code',
    'status',
    'count',
    'ms',
    'key',
    'attempt',
  ];

  it('has the ids of the journey and nothing else: no name, no address, no title', () => {
    const fields = new Set(lines.flatMap((line) => Object.keys(line)));
    expect([...fields].filter((name) => name !== 'step' && !FIELDS.includes(name))).toEqual([]);
    const text = JSON.stringify(lines);
    const canaries = [
      'Northwind',
      'Nora',
      'Nwosu',
      'example.com',
      'northwind.example',
      '184000',
      'analytics',
      'Bearer',
    ];
    expect(canaries.filter((canary) => text.includes(canary))).toEqual([]);
  });

  it('follows one trace from the door to the envelope', async () => {
    const id = await deliveryOf('1100000006');
    const steps = lines.filter(({ traceId }) => traceId === id).map(({ step }) => step);
    expect(steps).toEqual(['webhook.accepted', 'delivery.recorded', 'contract.drafted', 'contract.sent']);
  });
});
