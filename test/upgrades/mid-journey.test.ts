import { afterEach, describe, expect, it } from 'vitest';
import { approveContract } from '../../src/actions/approve-contract.ts';
import { currentStage } from '../../src/domain/entries.ts';
import type { EnvelopeSignal, StageTransition } from '../../src/domain/signals.ts';
import { recordEnvelopeSignal } from '../../src/flows/record-envelope-signal.ts';
import { recordCrmSignals } from '../../src/flows/record-signal.ts';
import { FIXTURE_VERSIONS, type Fixtures } from './load-fixtures.ts';
import { type OldDeal, openOldDeal } from './old-deal.ts';

let opened: OldDeal | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(fixtures: Fixtures, name: string): Promise<OldDeal> {
  const snapshot = fixtures.snapshots.get(name);
  if (snapshot === undefined) throw new Error(`${fixtures.version} has no snapshot ${name}`);
  opened = await openOldDeal(fixtures, snapshot);
  return opened;
}

/** The provider tells what happened to the deal's first envelope. */
async function hear(deal: OldDeal, event: EnvelopeSignal['event']): Promise<void> {
  const [envelope] = deal.esign.envelopes;
  if (envelope === undefined) throw new Error('there is no envelope');
  if (event === 'completed') envelope.status = 'completed';
  deal.clock.advance(60_000);
  const signal: EnvelopeSignal = {
    v: 1,
    kind: 'envelope',
    id: `e/docusign-main/${envelope.envelopeId}/${event}/-`,
    connectionId: 'docusign-main',
    envelopeId: envelope.envelopeId,
    contractRef: `${deal.dealId}/1`,
    attemptKey: envelope.spec.attemptKey,
    event,
    atMs: deal.clock.nowMs(),
  };
  await recordEnvelopeSignal(signal, originOf(deal), 1, deal.parts);
}

/** The deal enters a stage, in the CRM and in the hub. */
async function enter(deal: OldDeal, stageId: string): Promise<void> {
  deal.clock.advance(60_000);
  const facts = deal.crm.deal;
  if (facts === undefined) throw new Error('the CRM has no deal');
  deal.crm.deal = { ...facts, stageId };
  const [connectionId = ''] = deal.dealId.split('.');
  const signal: StageTransition = {
    v: 1,
    kind: 'transition',
    id: `t/${connectionId}/${facts.recordId}/${stageId}/${deal.clock.nowMs()}`,
    connectionId,
    recordId: facts.recordId,
    stageId,
    pipelineId: facts.pipelineId,
    enteredAtMs: deal.clock.nowMs(),
    granularityMs: 1,
  };
  await recordCrmSignals([signal], originOf(deal), deal.parts);
}

function originOf({ clock }: OldDeal) {
  return { deliveryId: `d-${clock.nowMs()}`, traceId: 't', receivedAtMs: clock.nowMs() };
}

async function contractsOf({ store, dealId }: OldDeal): Promise<readonly string[]> {
  return (await store.loadDealItems(dealId)).contracts.map(({ n, state }) => `${n} ${state}`);
}

async function stageOf({ store, dealId }: OldDeal): Promise<string | undefined> {
  const deal = await store.loadDeal(dealId);
  return deal === undefined ? undefined : currentStage(deal);
}

const ONBOARDING = [
  'Connect the systems of Northwind Traders',
  'Create accounts and access for Northwind Traders',
  'Go live with Northwind Traders',
  'Hand over from sales: Northwind Traders - analytics rollout',
  'Kick-off call with Northwind Traders',
  'Migrate the data of Northwind Traders',
  'Review the first weeks with Northwind Traders',
  'Train the users of Northwind Traders',
];

/** What a signed deal is worth: stage, files and tasks, each once. */
async function everythingIsHandedOver(deal: OldDeal): Promise<void> {
  expect(await contractsOf(deal)).toEqual(['1 completed']);
  expect(deal.crm.stageWrites).toEqual(['1100000007']);
  // The CRM tells of the stage that we wrote.
  await enter(deal, '1100000007');
  await deal.work();
  expect(await stageOf(deal)).toBe('implementation');
  expect(deal.crm.stageWrites).toEqual(['1100000007']);
  expect(deal.crm.files.map(({ fileName }) => fileName.replace(deal.dealId, '<deal>')).sort()).toEqual([
    '<deal>-contract-1-certificate.pdf',
    '<deal>-contract-1-signed-document.pdf',
  ]);
  expect(deal.crm.tasks.map(({ title }) => title).sort()).toEqual(ONBOARDING);
  expect(deal.crm.fields['stagepost_contract_status']).toBe('completed');
}

describe.each(FIXTURE_VERSIONS)('a deal that version $version left', (fixtures) => {
  it('out for signature is not sent again, and its journey finishes', async () => {
    const deal = await open(fixtures, 'out-for-signature');
    await deal.work();
    expect([deal.esign.mails, deal.crm.tasks, deal.crm.stageWrites, deal.crm.files]).toEqual([[], [], [], []]);
    expect(await contractsOf(deal)).toEqual(['1 delivered']);

    await hear(deal, 'completed');
    await deal.work();
    await everythingIsHandedOver(deal);
    expect(deal.esign.mails).toEqual([]);
    expect(deal.esign.envelopes).toHaveLength(1);
  });

  it('with the process dead in the middle of drafting is drafted and sent, once', async () => {
    const deal = await open(fixtures, 'drafting');
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 sent']);
    expect(deal.esign.mails).toEqual(['env-1 invitation']);
    expect(deal.esign.envelopes.map(({ spec }) => [spec.contractRef, spec.subject])).toEqual([
      [`${deal.dealId}/1`, 'Master services agreement for Northwind Traders'],
    ]);
  });

  it('with the process dead before the draft was sent sends that very draft', async () => {
    const deal = await open(fixtures, 'sending');
    const [draft] = deal.esign.envelopes;
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 sent']);
    expect(deal.esign.envelopes.map(({ envelopeId, status }) => [envelopeId, status])).toEqual([
      [draft?.envelopeId, 'sent'],
    ]);
    expect(deal.esign.mails).toEqual([`${draft?.envelopeId} invitation`]);
  });

  it('with the process dead after the draft was sent does not send it again', async () => {
    const deal = await open(fixtures, 'sending');
    for (const envelope of deal.esign.envelopes) envelope.status = 'sent';
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 sent']);
    expect(deal.esign.mails).toEqual([]);
  });

  it('signed is handed over', async () => {
    const deal = await open(fixtures, 'signed');
    await deal.work();
    await everythingIsHandedOver(deal);
    expect(deal.esign.mails).toEqual([]);
  });

  it('with the process dead in the middle of the tasks gets the rest of them, and none twice', async () => {
    const snapshot = fixtures.snapshots.get('creating-tasks');
    const before = snapshot?.crmTasks.length ?? 0;
    const deal = await open(fixtures, 'creating-tasks');
    await deal.work();
    const { tasks } = await deal.store.loadDealItems(deal.dealId);
    expect(tasks.filter(({ planKey }) => planKey === 'onboarding/once').map(({ state }) => state)).toEqual(
      Array(8).fill('done'),
    );
    expect(before).toBeGreaterThan(0);
    expect(deal.crm.tasks).toHaveLength(8 - before);
  });

  it('held goes out when the deal is mended, and is told of no second time', async () => {
    const deal = await open(fixtures, 'held');
    await deal.work();
    expect([deal.esign.mails, deal.crm.tasks]).toEqual([[], []]);
    const { standing } = await deal.store.loadDealItems(deal.dealId);
    expect(standing.map(({ reason, remedy }) => [reason.sentence, remedy])).toContainEqual([
      'no signer: the deal has no contact labelled "Contract signer"',
      'add the label "Contract signer" to a contact of the deal in the CRM',
    ]);
    const facts = deal.crm.deal;
    if (facts === undefined) throw new Error('the CRM has no deal');
    deal.crm.deal = { ...facts, contacts: facts.contacts.map((each) => ({ ...each, labels: ['Contract signer'] })) };
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 sent']);
    expect(deal.esign.mails).toEqual(['env-1 invitation']);
  });

  it('before approval waits, and sends exactly the draft that was shown when it is approved', async () => {
    const deal = await open(fixtures, 'awaiting-approval');
    const [draft] = deal.esign.envelopes;
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 awaiting-approval']);
    expect(deal.esign.mails).toEqual([]);
    const { store, clock, inbox, parts } = deal;
    const { files, config, newId } = parts;
    const answer = await approveContract(deal.dealId, 1, 'Dmitri', {
      store,
      files,
      clock,
      config,
      newId,
      queueNamed: () => inbox,
    });
    expect(answer.ok).toBe(true);
    for (const { receiptHandle } of inbox.receive(50, 60)) inbox.delete(receiptHandle);
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 sent']);
    expect(deal.esign.envelopes.map(({ envelopeId }) => envelopeId)).toEqual([draft?.envelopeId]);
    expect(deal.esign.mails).toEqual([`${draft?.envelopeId} invitation`]);
  });

  it('with its contract to be voided has it voided, once', async () => {
    const deal = await open(fixtures, 'voiding');
    const [envelope] = deal.esign.envelopes;
    await deal.work();
    expect(await contractsOf(deal)).toEqual(['1 voided']);
    expect(deal.esign.mails).toEqual([`${envelope?.envelopeId} void`]);
  });

  it('gone back with its plan paused stays so, and goes on with the same tasks when it returns', async () => {
    const deal = await open(fixtures, 'plan-paused');
    await deal.work();
    expect([deal.esign.mails, deal.crm.tasks, deal.crm.files, deal.crm.stageWrites]).toEqual([[], [], [], []]);
    await enter(deal, '1100000007');
    await deal.work();
    const { plans } = await deal.store.loadDealItems(deal.dealId);
    expect(plans.map(({ play, state }) => `${play} ${state}`)).toEqual(['onboarding active']);
    expect([deal.esign.mails, deal.crm.tasks, deal.crm.files]).toEqual([[], [], []]);
  });

  it('with a record in both CRMs gets nothing twice', async () => {
    const deal = await open(fixtures, 'twin');
    await deal.work();
    expect([deal.esign.mails, deal.crm.tasks, deal.crm.files, deal.crm.stageWrites]).toEqual([[], [], [], []]);
    expect(await contractsOf(deal)).toEqual(['1 completed']);
    const { deal: stored } = await deal.store.loadDealItems(deal.dealId);
    expect(stored?.lanes.map(({ connectionId }) => connectionId).sort()).toEqual(['hubspot-main', 'salesforce-main']);
    expect(stored?.leading.connectionId).toBe('salesforce-main');
  });
});
