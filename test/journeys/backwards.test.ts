import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, sentDeal, startStand } from './hub-stand.ts';
import { act } from './signed-webhook.ts';

const LEGAL = '1';
const CUSTOMER = '2';
const COUNTER = '3';
const OWNER = '77400001';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

async function contracts(recordId: string) {
  const items = await stand.items(recordId);
  return items.contracts.map(({ n, state, endedBy }) => [n, state, ...(endedBy === undefined ? [] : [endedBy])]);
}

async function reaches(recordId: string, n: number, state: string): Promise<void> {
  await until(`contract ${n} is ${state}`, async () => {
    const contract = (await stand.items(recordId)).contracts.find((each) => each.n === n);
    return contract?.state === state ? true : undefined;
  });
  await stand.whenQuiet();
}

async function sentences(recordId: string): Promise<string> {
  const { standing } = await stand.items(recordId);
  return standing.map(({ reason }) => reason.sentence).join('\n');
}

/** Requests that changed this envelope, as DocuSign saw them. */
function changesOf(envelopeId: string): readonly unknown[] {
  const changes = stand.esign.requests().filter(({ method, path }) => method === 'PUT' && path.endsWith(envelopeId));
  return changes.map(({ body }) => (body as { readonly status?: string }).status);
}

function mailsOf(envelopeId: string): readonly string[] {
  const mails = stand.esign.mails().filter((mail) => mail.envelopeId === envelopeId);
  return mails.map(({ kind, to }) => `${kind} ${to}`);
}

describe('a deal whose contract is out', () => {
  it('goes back to negotiation: the envelope is voided once; when it returns, contract 2 goes out', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.crm.moveDeal(id, 'Negotiation');
    await reaches(id, 1, 'voided');
    expect(stand.esign.envelope(envelopeId)).toMatchObject({ status: 'voided' });
    expect(stand.esign.envelope(envelopeId).voidedReason).toMatch(
      /^the deal went back to negotiation on .*; policy void$/,
    );
    expect(changesOf(envelopeId)).toEqual(['sent', 'voided']);
    expect(mailsOf(envelopeId)).toEqual(['invitation dmitri.sokolov@example.com', 'voided dmitri.sokolov@example.com']);
    expect(stand.crm.deal(id).properties['stagepost_contract_status']).toBe('voided');

    stand.crm.moveDeal(id, 'Procurement');
    await reaches(id, 2, 'sent');
    expect(await contracts(id)).toEqual([
      [1, 'voided', 'us'],
      [2, 'sent'],
    ]);
    expect(envelopesOf(stand, id).map(({ status }) => status)).toEqual(['voided', 'sent']);
    expect(stand.crm.deal(id).properties['stagepost_contract_status']).toBe('sent');
    expect(stand.crm.tasks(id)).toEqual([]);
  });

  it('is lost: the envelope is voided, and nothing else is sent', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.crm.moveDeal(id, 'Closed Lost');
    await reaches(id, 1, 'voided');
    expect(changesOf(envelopeId)).toEqual(['sent', 'voided']);
    expect(await contracts(id)).toEqual([[1, 'voided', 'us']]);
    expect(envelopesOf(stand, id)).toHaveLength(1);
  });

  it('goes back and returns at once: in the end exactly one contract is out', async () => {
    const { id } = await sentDeal(stand);
    stand.crm.moveDeal(id, 'Negotiation', { atMs: stand.clock.nowMs() - 1000 });
    stand.crm.moveDeal(id, 'Procurement');
    await until('the return is recorded', async () => {
      const { deal } = await stand.items(id);
      return deal?.lanes[0]?.transitions.length === 3 ? true : undefined;
    });
    await stand.whenQuiet();
    const out = envelopesOf(stand, id).filter(({ status }) => status === 'sent');
    expect(out).toHaveLength(1);
    const active = (await contracts(id)).filter(([, state]) => state !== 'voided');
    expect(active).toHaveLength(1);
    expect(await sentences(id)).not.toContain('more than one contract is active');
  });

  it('was signed in the very minute in which it went back: it stays signed, and a person is told', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.esign.faults.add({ kind: 'webhook-drop', match: '' });
    for (const recipient of [LEGAL, CUSTOMER, COUNTER]) stand.esign.sign(envelopeId, recipient);
    stand.esign.faults.clear();
    stand.crm.moveDeal(id, 'Negotiation');
    await reaches(id, 1, 'completed');
    expect(stand.esign.envelope(envelopeId).status).toBe('completed');
    expect(mailsOf(envelopeId).filter((mail) => mail.startsWith('voided'))).toEqual([]);
    // It advances only from where it was sent; a person moved it elsewhere.
    expect(stand.crm.deal(id).stage.label).toBe('Negotiation');
    expect(await sentences(id)).toContain("the CRM's stage was left alone");
  });

  it('is declined by the customer: the owner gets one task, and nothing is sent again', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.esign.sign(envelopeId, LEGAL);
    await until('it is the turn of the customer', () =>
      mailsOf(envelopeId).find((mail) => mail === 'invitation nora.nwosu@northwind.example'),
    );
    stand.esign.decline(envelopeId, CUSTOMER, 'The liability cap is missing.');
    await reaches(id, 1, 'declined');
    await act(stand, `/deals/hubspot-main.${id}/retry`);
    await stand.whenQuiet();
    expect(await contracts(id)).toEqual([[1, 'declined']]);
    expect(envelopesOf(stand, id)).toHaveLength(1);
    const declined = stand.crm.tasks(id).filter(({ subject }) => subject.startsWith('Contract 1 was declined'));
    expect(declined.map(({ ownerId, priority }) => [ownerId, priority])).toEqual([[OWNER, 'HIGH']]);
    expect(declined[0]?.body).toContain('The liability cap is missing.');
    expect(stand.crm.deal(id).properties['stagepost_contract_status']).toBe('declined');
  });

  it("is voided in DocuSign's own pages: the owner is told, and nothing is sent again", async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.esign.voidOutside(envelopeId, 'Wrong price list.');
    await reaches(id, 1, 'voided');
    await act(stand, `/deals/hubspot-main.${id}/retry`);
    await stand.whenQuiet();
    expect(await contracts(id)).toEqual([[1, 'voided', 'outside']]);
    expect(envelopesOf(stand, id)).toHaveLength(1);
    const told = stand.crm.tasks(id).filter(({ subject }) => subject.startsWith('Contract 1 was voided outside'));
    expect(told.map(({ ownerId }) => ownerId)).toEqual([OWNER]);
    expect(told[0]?.body).toContain('Wrong price list.');
  });

  it('is deleted in the CRM: the contract stays out; signed and restored, everything is handed over', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.crm.deleteDeal(id);
    await until('it is known', async () => ((await sentences(id)).includes('deleted in the CRM') ? true : undefined));
    await stand.whenQuiet();
    expect(stand.esign.envelope(envelopeId).status).toBe('sent');
    for (const recipient of [LEGAL, CUSTOMER, COUNTER]) stand.esign.sign(envelopeId, recipient);
    await reaches(id, 1, 'completed');
    stand.crm.restoreDeal(id);
    await until('files are attached', () => (stand.crm.deal(id).notes.length === 2 ? true : undefined));
    await until('the stage is advanced', () =>
      stand.crm.deal(id).stage.label === 'Implementation' ? true : undefined,
    );
    await stand.whenQuiet();
    const names = stand.crm.deal(id).notes.flatMap(({ files }) => files.map(({ name }) => name));
    expect(names.map((name) => /-contract-1-(certificate|signed-document)\.pdf$/.exec(name)?.[1]).toSorted()).toEqual([
      'certificate',
      'signed-document',
    ]);
    expect(changesOf(envelopeId)).toEqual(['sent']);
  });

  it('loses its signer in the CRM: what is out stays out and can be signed', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    const nora = stand.crm.deal(id).contacts.find(({ labels }) => labels.includes('Contract signer'));
    stand.crm.removeContact(id, nora?.id ?? '');
    await act(stand, `/deals/hubspot-main.${id}/retry`);
    await stand.whenQuiet();
    expect(await contracts(id)).toEqual([[1, 'sent']]);
    for (const recipient of [LEGAL, CUSTOMER, COUNTER]) stand.esign.sign(envelopeId, recipient);
    await reaches(id, 1, 'completed');
    expect(envelopesOf(stand, id)).toHaveLength(1);
  });

  it('enters procurement again from further on: policy keep sends nothing and says so', async () => {
    const { id, envelopeId } = await sentDeal(stand);
    stand.crm.moveDeal(id, 'Implementation', { atMs: stand.clock.nowMs() - 1000 });
    stand.crm.moveDeal(id, 'Procurement');
    await until('it is said', async () => ((await sentences(id)).includes('policy keep') ? true : undefined));
    await stand.whenQuiet();
    expect(await sentences(id)).toMatch(/no contract sent: contract 1 is out for signature since .*; policy keep/);
    expect(await contracts(id)).toEqual([[1, 'sent']]);
    expect(changesOf(envelopeId)).toEqual(['sent']);
    expect(stand.crm.tasks(id).filter(({ subject }) => subject.includes('Kick-off'))).toEqual([]);
  });
});
