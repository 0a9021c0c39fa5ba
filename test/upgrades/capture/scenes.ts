import { playJourney, SAMPLE_DEAL } from '../../../src/local/play/journey.ts';
import { playSalesforceDeal } from '../../../src/local/play/salesforce-deal.ts';
import { playTwinDeal } from '../../../src/local/play/twin-deal.ts';
import { until } from '../../../src/local/play/until.ts';
import type { CaptureStand } from './capture-stand.ts';
import {
  CRM,
  contractIs,
  create,
  fieldOf,
  handedOver,
  inputsHash,
  isContract,
  post,
  quiet,
  sentDeal,
  sign,
  stageIs,
} from './scene-steps.ts';

const SIGNER = SAMPLE_DEAL.contacts?.[0] ?? { email: '' };
const untold = () => {};

/** Everything that a deal can go through, once. Each scene leaves the hub quiet. */
export const SCENES: readonly (readonly [name: string, play: (stand: CaptureStand) => Promise<void>])[] = [
  ['whole deals', wholeDeals],
  ['out for signature', outForSignature],
  ['held', held],
  ['approval', approval],
  ['plan paused', planPaused],
  ['a changed draft', changedDraft],
  ['ends of contracts', endsOfContracts],
  ['merged deals', mergedDeals],
  ['records that come and go', lifecycle],
  ['trouble at the providers', trouble],
  ['what cannot be understood', badInput],
  ['hints and partner events', hints],
  ['somebody is forgotten', forgotten],
  ['reconcile', reconcile],
  ['other modes', otherModes],
];

async function wholeDeals(stand: CaptureStand): Promise<void> {
  await playJourney(stand.hub, untold);
  await playSalesforceDeal(stand.hub, untold);
  const { hubspotId } = await playTwinDeal(stand.hub, untold);
  // Another twin, which is left with its contract out for signature.
  const { salesforce } = stand.hub.sandbox;
  const linked = stand.hub.sandbox.hubspot.control.deal(hubspotId).properties['hs_salesforceopportunityid'] ?? '';
  salesforce.control.moveOpportunity(linked, 'Negotiation');
  await quiet(stand);
  await stand.snapshot('twin', `salesforce-main.${linked}`, 'a deal with a record in both CRMs, signed, gone back');
}

async function outForSignature(stand: CaptureStand): Promise<void> {
  const { id, dealId, envelopeId } = await sentDeal(stand);
  const esign = stand.hub.sandbox.docusign.control;
  await stand.snapshotAt('drafting', dealId, 'the process died while the draft was being made', isContract('drafting'));
  await stand.snapshotAt(
    'sending',
    dealId,
    'the process died between the intent to send and the call',
    isContract('sending'),
  );
  esign.open(envelopeId, '1');
  esign.sign(envelopeId, '1');
  await until('legal has approved', async () => {
    const contract = await stand.hub.store.loadContract(dealId, 1);
    return contract?.recipients.find(({ recipientId }) => recipientId === '1')?.state === 'completed' || undefined;
  });
  esign.open(envelopeId, '2');
  await quiet(stand);
  await stand.snapshot('out-for-signature', dealId, 'legal approved, the customer has opened it, nobody else signed');
  esign.sign(envelopeId, '2');
  esign.open(envelopeId, '3');
  esign.sign(envelopeId, '3');
  await handedOver(stand, id, dealId);
  await stand.snapshotAt('signed', dealId, 'everybody signed; nothing was handed over yet', isContract('completed'));
  await stand.snapshotAt(
    'creating-tasks',
    dealId,
    'the process died while the third task was being created',
    (item) => item.sk.startsWith('TASK#onboarding') && fieldOf(item.d, 'state') === 'creating',
    3,
  );
}

async function held(stand: CaptureStand): Promise<void> {
  const { id, dealId } = create(stand, { stage: 'Procurement', contacts: [{ ...SIGNER, labels: ['Project lead'] }] });
  await until('the contract is held', async () => (await stand.hub.store.loadContract(dealId, 1))?.hold);
  await quiet(stand);
  await stand.snapshot('held', dealId, 'nobody is labelled as the signer; the owner was told by a task');
  stand.hub.sandbox.hubspot.control.addContact(id, SIGNER);
  await stand.act(`/deals/${dealId}/retry`);
  await contractIs(stand, dealId, 'sent');
  // A stage that nobody mapped, and back.
  const crm = stand.hub.sandbox.hubspot.control;
  crm.pipelines.addStage('75012345', { id: '1100000021', label: 'Security review' });
  crm.moveDeal(id, 'Security review');
  await stageIs(stand, dealId, 'unknown');
  await quiet(stand);
  crm.moveDeal(id, 'Procurement');
  await stageIs(stand, dealId, 'procurement');
  await quiet(stand);
}

async function approval(stand: CaptureStand): Promise<void> {
  const waiting = create(stand, { stage: 'Procurement', amount: '600000.00' });
  await contractIs(stand, waiting.dealId, 'awaiting-approval');
  await quiet(stand);
  await stand.snapshot('awaiting-approval', waiting.dealId, 'drafted; a person has to approve it');
  await stand.act(`/deals/${waiting.dealId}/contracts/1/approve`, await inputsHash(stand, waiting.dealId));
  await contractIs(stand, waiting.dealId, 'sent');
  await quiet(stand);
}

async function planPaused(stand: CaptureStand): Promise<void> {
  const { id, dealId, envelopeId } = await sentDeal(stand);
  sign(stand, envelopeId);
  await handedOver(stand, id, dealId);
  stand.hub.sandbox.hubspot.control.moveDeal(id, 'Negotiation');
  await stageIs(stand, dealId, 'negotiation');
  await until('the plan is paused', async () => {
    const { plans } = await stand.hub.store.loadDealItems(dealId);
    return plans.find(({ play }) => play === 'onboarding')?.state === 'paused' || undefined;
  });
  await quiet(stand);
  await stand.snapshot('plan-paused', dealId, 'signed and handed over; then the deal went back to negotiation');
}

async function changedDraft(stand: CaptureStand): Promise<void> {
  const { id, dealId } = create(stand, { stage: 'Procurement', amount: '700000.00' });
  await contractIs(stand, dealId, 'awaiting-approval');
  await quiet(stand);
  const crm = stand.hub.sandbox.hubspot.control;
  crm.updateDeal(id, { amount: '710000.00' });
  await quiet(stand);
  await stand.act(`/deals/${dealId}/contracts/1/approve`, await inputsHash(stand, dealId));
  await quiet(stand);
  await stand.act(`/deals/${dealId}/retry`);
  await until('another draft was made', async () => {
    const contract = await stand.hub.store.loadContract(dealId, 1);
    return (contract?.attempts.length ?? 0) > 1 || undefined;
  });
  await quiet(stand);
  crm.moveDeal(id, 'Closed lost');
  await contractIs(stand, dealId, 'voided');
  await quiet(stand);
}

async function endsOfContracts(stand: CaptureStand): Promise<void> {
  const esign = stand.hub.sandbox.docusign.control;
  const crm = stand.hub.sandbox.hubspot.control;
  const declined = await sentDeal(stand);
  esign.open(declined.envelopeId, '1');
  esign.decline(declined.envelopeId, '1', 'Clause 7 is missing.');
  await contractIs(stand, declined.dealId, 'declined');
  const outside = await sentDeal(stand);
  esign.voidOutside(outside.envelopeId, 'Wrong customer.');
  await contractIs(stand, outside.dealId, 'voided');
  const expired = create(stand, { stage: 'Procurement', amount: '800000.00' });
  await contractIs(stand, expired.dealId, 'awaiting-approval');
  await quiet(stand);
  await stand.act(`/deals/${expired.dealId}/contracts/1/approve`, await inputsHash(stand, expired.dealId));
  await contractIs(stand, expired.dealId, 'sent');
  await quiet(stand);
  esign.expire((await stand.hub.store.loadContract(expired.dealId, 1))?.envelopeId ?? '');
  await contractIs(stand, expired.dealId, 'expired');
  const back = await sentDeal(stand);
  crm.moveDeal(back.id, 'Negotiation');
  await contractIs(stand, back.dealId, 'voided');
  await stand.snapshotAt(
    'voiding',
    back.dealId,
    'the deal went back; the process died between the intent to void and the call',
    (item) => item.sk === 'CONTRACT#1' && fieldOf(item.d, 'voiding') !== undefined,
  );
  crm.moveDeal(back.id, 'Procurement');
  await contractIs(stand, back.dealId, 'sent', 2);
  const byPerson = await sentDeal(stand);
  await stand.act(`/deals/${byPerson.dealId}/contracts/1/void`, { reason: 'Signed on paper.' });
  await contractIs(stand, byPerson.dealId, 'voided');
  esign.createForeignEnvelope();
  await quiet(stand);
}

async function mergedDeals(stand: CaptureStand): Promise<void> {
  const one = await sentDeal(stand);
  const other = create(stand, { stage: 'Negotiation' });
  await stageIs(stand, other.dealId, 'negotiation');
  await quiet(stand);
  const merged = stand.hub.sandbox.hubspot.control.mergeDeals(one.id, other.id);
  await until('the merge is followed', async () => {
    const deal = await stand.hub.store.loadDeal(other.dealId);
    return deal?.mergedInto;
  });
  await quiet(stand);
  await stand.hub.store.resolveAlias(CRM, merged.id);
}

async function lifecycle(stand: CaptureStand): Promise<void> {
  const crm = stand.hub.sandbox.hubspot.control;
  const { id, dealId } = await sentDeal(stand);
  crm.deleteDeal(id);
  await quiet(stand);
  crm.restoreDeal(id);
  await quiet(stand);
  crm.updateDeal(id, { amount: '190000.00' });
  await quiet(stand);
  // The CRM says another stage than what was told: a dispute until the history is read.
  crm.switches.set({ webhooks: false });
  crm.moveDeal(id, 'Negotiation');
  crm.switches.set({ webhooks: true });
  await stand.act(`/deals/${dealId}/retry`);
  await quiet(stand);
  await stand.act(`/deals/${dealId}/remap`);
  await quiet(stand);
}

async function trouble(stand: CaptureStand): Promise<void> {
  const esign = stand.hub.sandbox.docusign.control;
  const crm = stand.hub.sandbox.hubspot.control;
  const lost = { kind: 'accept-then-time-out', delayMs: 20, times: 1 } as const;
  esign.faults.add({ ...lost, match: 'POST /envelopes' });
  const draft = create(stand, { stage: 'Procurement' });
  await contractIs(stand, draft.dealId, 'sent');
  esign.faults.add({ ...lost, match: 'PUT /envelopes' });
  const sent = create(stand, { stage: 'Procurement' });
  await contractIs(stand, sent.dealId, 'sent');
  crm.faults.add({ ...lost, match: 'POST /crm/v3/objects/tasks' });
  crm.faults.add({ ...lost, match: 'POST /files' });
  const envelope = (await stand.hub.store.loadContract(sent.dealId, 1))?.envelopeId ?? '';
  sign(stand, envelope);
  await handedOver(stand, sent.id, sent.dealId);
  crm.faults.clear();
  esign.faults.clear();
  // A provider that is away for so long that a wake-up goes on in a message of its own.
  esign.faults.add({ kind: 'server-error', match: '' });
  const waiting = create(stand, { stage: 'Procurement' });
  await until(
    'a wake-up was chained',
    () => stand.traffic.messages.find(({ body }) => body.includes('"attempt":1')),
    60_000,
  );
  esign.faults.clear();
  await contractIs(stand, waiting.dealId, 'sent', 1, 60_000);
  // The stage cannot be written.
  const held = await sentDeal(stand);
  crm.moveDeal(held.id, 'Management');
  await stageIs(stand, held.dealId, 'management');
  sign(stand, held.envelopeId);
  await contractIs(stand, held.dealId, 'completed');
  await quiet(stand);
}

async function badInput(stand: CaptureStand): Promise<void> {
  await post(stand, '[{"subscriptionType":');
  await post(stand, `["${'y'.repeat(150_000)}"]`);
  const event = (objectId: number, occurredAt: number, propertyValue: string) => ({
    eventId: objectId,
    subscriptionId: 2900001,
    portalId: 24681012,
    appId: 1357911,
    occurredAt,
    subscriptionType: 'deal.propertyChange',
    attemptNumber: 0,
    objectId,
    propertyName: 'dealstage',
    propertyValue,
    changeSource: 'CRM_UI',
  });
  const nowMs = stand.clock.nowMs();
  // The second one is an hour in the future, the third is of a portal that nobody connected.
  await post(stand, [
    event(900001, nowMs, '1100000005'),
    event(900002, nowMs + 3_600_000, '1100000005'),
    { ...event(900003, nowMs, '1100000005'), portalId: 1 },
  ]);
  await post(stand, [event(900004, nowMs, '1100000005')], 'c29tZWJvZHkgZWxzZSBzaWduZWQgdGhpcyBkZWxpdmVyeQ==');
  await quiet(stand);
  await stand.hub.cloud.queue('inbox').send(JSON.stringify({ v: 9, kind: 'unheard-of' }));
  await quiet(stand);
  // An hour later the future is there: one of them is replayed, and stays resolved.
  stand.skip(3_700_000);
  const response = await fetch(`${stand.hub.url}/api/quarantine`);
  const { entries } = (await response.json()) as { readonly entries: readonly { readonly id: string; code: string }[] };
  const early = entries.find(({ code }) => /future/.test(code));
  if (early === undefined) throw new Error(`nothing came too early: ${entries.map(({ code }) => code).join(', ')}`);
  await stand.act(`/quarantine/${early.id}/replay`);
  await quiet(stand);
}

async function hints(stand: CaptureStand): Promise<void> {
  const { control } = stand.hub.sandbox.salesforce;
  const { id } = control.createOpportunity({
    name: 'Litware - analytics rollout',
    amount: 50_000,
    closeDate: '2026-12-18',
    stage: 'Prospecting',
    ownerEmail: 'ada.okafor@example.com',
    account: { name: 'Litware' },
  });
  await until('it is known', () => stand.hub.store.resolveAlias('salesforce-main', id));
  control.relay.gap('UPDATE', [id]);
  control.deleteOpportunity(id);
  await quiet(stand);
  control.undeleteOpportunity(id);
  await quiet(stand);
}

async function forgotten(stand: CaptureStand): Promise<void> {
  const crm = stand.hub.sandbox.hubspot.control;
  const contacts = [
    { email: 'mara.lind@fabrikam.example', firstName: 'Mara', lastName: 'Lind', labels: ['Contract signer'] },
  ];
  const { id, dealId } = create(stand, { stage: 'Procurement', contacts });
  await contractIs(stand, dealId, 'sent');
  await quiet(stand);
  crm.deleteContactForPrivacy(crm.deal(id).contacts[0]?.id ?? '');
  await quiet(stand);
}

async function reconcile(stand: CaptureStand): Promise<void> {
  const crm = stand.hub.sandbox.hubspot.control;
  crm.switches.set({ webhooks: false });
  create(stand, { stage: 'Negotiation' });
  crm.switches.set({ webhooks: true });
  crm.faults.add({ kind: 'server-error', match: 'GET /crm/v3/objects/deals', times: 2 });
  stand.skip(40 * 60_000);
  for (const job of ['catch-up', 'full-sweep', 'catch-up']) {
    await stand.hub.host.invoke('reconcile', { job });
    stand.skip(6 * 3_600_000);
    await quiet(stand);
  }
  crm.faults.clear();
}

async function otherModes(stand: CaptureStand): Promise<void> {
  const inMode = async (mode: 'observe' | 'rehearse') => {
    const { version: _, ...latest } = (await stand.hub.store.latestConfig()) ?? stand.hub.config;
    const connections = latest.connections.map((each) =>
      each.provider === 'salesforce' ? each : { ...each, mode, rehearseTo: 'rehearsal@example.com' },
    );
    await stand.hub.store.applyConfig({ ...latest, connections }, `mode ${mode}`, stand.clock.nowMs());
    stand.skip(120_000);
  };
  await inMode('rehearse');
  const rehearsed = await sentDeal(stand);
  sign(stand, rehearsed.envelopeId);
  await contractIs(stand, rehearsed.dealId, 'completed');
  await quiet(stand);
  stand.hub.sandbox.hubspot.control.moveDeal(rehearsed.id, 'Implementation');
  await quiet(stand);
  await inMode('observe');
  const observed = create(stand, { stage: 'Solutioning' });
  await stageIs(stand, observed.dealId, 'solutioning');
  await quiet(stand);
  stand.hub.sandbox.hubspot.control.moveDeal(observed.id, 'Procurement');
  await stageIs(stand, observed.dealId, 'procurement');
  await quiet(stand);
}
