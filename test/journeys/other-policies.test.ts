import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, sentDeal, startStand } from './hub-stand.ts';
import { act } from './signed-webhook.ts';

let stand: Stand;
afterAll(() => stand.stop());

async function contracts(recordId: string) {
  return (await stand.items(recordId)).contracts.map(({ n, state }) => [n, state]);
}

/** Until the deal's record holds so many stage entries and nothing is under way. */
async function recorded(recordId: string, entries: number): Promise<void> {
  await until(`${entries} entries are recorded`, async () => {
    const { deal } = await stand.items(recordId);
    return deal?.lanes[0]?.transitions.length === entries ? true : undefined;
  });
  await stand.whenQuiet();
}

describe('where a contract stands while the deal goes back and forth, and runs out after a day', () => {
  beforeAll(async () => {
    stand = await startStand({
      edit: (yaml) =>
        yaml.replace('goingBack: void', 'goingBack: keep').replace('expiresAfterDays: 30', 'expiresAfterDays: 1'),
    });
  });

  it('keeps the one contract when the deal goes back and comes again', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.crm.moveDeal(id, 'Negotiation');
    await recorded(id, 2);
    expect(stand.esign.envelope(envelopeId).status).toBe('sent');
    stand.crm.moveDeal(id, 'Procurement');
    await recorded(id, 3);
    expect(await contracts(id)).toEqual([[1, 'sent']]);
    expect(envelopesOf(stand, id).map(({ status }) => status)).toEqual(['sent']);
  });

  it('ends a contract that nobody signed in time, tells the owner and sends no other', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.esign.expire(envelopeId);
    await until('the contract is over', async () => ((await contracts(id))[0]?.[1] === 'expired' ? true : undefined));
    await act(stand, `/deals/hubspot-main.${id}/retry`);
    await stand.whenQuiet();
    expect(await contracts(id)).toEqual([[1, 'expired']]);
    expect(envelopesOf(stand, id)).toHaveLength(1);
    const told = stand.crm.tasks(id).filter(({ subject }) => subject.startsWith('Contract 1 expired'));
    expect(told.map(({ ownerId }) => ownerId)).toEqual(['77400001']);
  });
});
