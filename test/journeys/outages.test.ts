import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { currentStage } from '../../src/domain/entries.ts';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, startStand } from './hub-stand.ts';
import { postWebhook, stageEvent } from './signed-webhook.ts';

const NEGOTIATION = '1100000005';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand({ timeScale: 6_000 });
});
afterEach(() => stand.outage.clear());
afterAll(() => stand.stop());

async function stageOf(recordId: string) {
  const { deal } = await stand.items(recordId);
  return deal === undefined ? undefined : currentStage(deal);
}

/** A deal in HubSpot of which no webhook was sent. */
function silentDeal(stage: string): { readonly id: string; readonly enteredAtMs: number } {
  stand.crm.switches.set({ webhooks: false });
  const { id, stageHistory } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage });
  stand.crm.switches.set({ webhooks: true });
  return { id, enteredAtMs: stageHistory[0]?.atMs ?? 0 };
}

describe('when the queue refuses', () => {
  it('answers 503 and acknowledges nothing; told again, the delivery is recorded', async () => {
    const { id, enteredAtMs } = silentDeal('Negotiation');
    const batch = [stageEvent(id, NEGOTIATION, enteredAtMs)];
    stand.outage.add('sqs.SendMessage');
    const refused = await postWebhook(stand, batch);
    expect([refused.status, refused.body]).toEqual([503, 'Not accepted, please try again.\n']);
    expect(stand.hub.cloud.queue('inbox').bodies()).toEqual([]);
    stand.outage.clear();
    expect(await stageOf(id)).toBeUndefined();
    expect((await postWebhook(stand, batch)).status).toBe(200);
    await stand.whenQuiet();
    expect(await stageOf(id)).toBe('negotiation');
  });

  it('loses nothing, since HubSpot comes again by itself', async () => {
    stand.outage.add('sqs.SendMessage');
    const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Negotiation' });
    await until('HubSpot was turned away', () => stand.crm.webhooks.sent().find(({ status }) => status === 503));
    expect(await stageOf(id)).toBeUndefined();
    stand.outage.clear();
    await until('the deal is recorded', async () => (await stageOf(id)) === 'negotiation' || undefined);
  });
});

describe('when the secret cannot be read', () => {
  it('answers 503 instead of taking the provider for somebody else', async () => {
    // A stand of its own: this one has read its secret already.
    const fresh = await startStand();
    try {
      fresh.outage.add('secretsmanager');
      const event = [stageEvent('123456789', NEGOTIATION, fresh.clock.nowMs())];
      expect((await postWebhook(fresh, event)).status).toBe(503);
      fresh.outage.clear();
      expect((await postWebhook(fresh, event)).status).toBe(200);
    } finally {
      await fresh.stop();
    }
  });
});

describe('when the table refuses', () => {
  it('still acknowledges; the message waits in the inbox and is recorded when the table is back', async () => {
    const { id, enteredAtMs } = silentDeal('Negotiation');
    stand.outage.add('dynamodb');
    const before = stand.hub.cloud.calls()['sqs.ChangeMessageVisibility'] ?? 0;
    expect((await postWebhook(stand, [stageEvent(id, NEGOTIATION, enteredAtMs)])).status).toBe(200);
    await until('the record function was turned away at least once', () => {
      const putBack = stand.hub.cloud.calls()['sqs.ChangeMessageVisibility'] ?? 0;
      return putBack > before ? true : undefined;
    });
    expect(stand.hub.cloud.queue('inbox').bodies()).toHaveLength(1);
    stand.outage.clear();
    await until('the deal is recorded', async () => (await stageOf(id)) === 'negotiation' || undefined);
    await stand.whenQuiet();
    expect(stand.hub.cloud.queue('inbox-dead').bodies()).toEqual([]);
  });
});

describe('when the bus refuses', () => {
  it('keeps the message until the workers were woken: the contract goes out, once', async () => {
    stand.outage.add('eventbridge');
    const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Procurement' });
    await until('the deal is recorded', async () => (await stageOf(id)) === 'procurement' || undefined);
    expect(stand.hub.cloud.queue('inbox').bodies()).toHaveLength(1);
    stand.outage.clear();
    await until('the contract is sent', () => (envelopesOf(stand, id)[0]?.sentAtMs === undefined ? undefined : true));
    await stand.whenQuiet();
    expect(envelopesOf(stand, id).map(({ status }) => status)).toEqual(['sent']);
    expect(
      stand.esign.mails('invitation').filter(({ envelopeId }) => envelopeId === envelopesOf(stand, id)[0]?.envelopeId),
    ).toHaveLength(1);
  });
});

describe('when both providers are away', () => {
  it('waits and then does everything once', async () => {
    stand.crm.faults.add({ kind: 'server-error', match: '' });
    stand.esign.faults.add({ kind: 'server-error', match: '' });
    const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Procurement' });
    await until('the deal is recorded', async () => (await stageOf(id)) === 'procurement' || undefined);
    await until('HubSpot was asked in vain', () => stand.crm.requests.list().find(({ status }) => status === 503));
    stand.crm.faults.clear();
    await until('DocuSign was asked in vain', () => stand.esign.requests().find(({ status }) => status === 503));
    expect(envelopesOf(stand, id)).toEqual([]);
    stand.esign.faults.clear();
    await until('the contract is sent', () => (envelopesOf(stand, id)[0]?.sentAtMs === undefined ? undefined : true));
    await stand.whenQuiet();
    expect(envelopesOf(stand, id).map(({ status }) => status)).toEqual(['sent']);
    const { contracts } = await stand.items(id);
    expect(contracts.map(({ n, state, hold }) => [n, state, hold])).toEqual([[1, 'sent', undefined]]);
  });
});
