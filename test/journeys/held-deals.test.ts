import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewDeal } from '../../src/crm/hubspot/simulator/new-deal.ts';
import { currentStage } from '../../src/domain/entries.ts';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, startStand } from './hub-stand.ts';
import { act, postWebhook, stageEvent } from './signed-webhook.ts';

const ENTERPRISE = '75012345';
const PROCUREMENT = '1100000006';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

const SIGNER = SAMPLE_DEAL.contacts?.[0] ?? { email: '' };

function dealIn(stage: string, changes: Partial<NewDeal> = {}): string {
  return stand.crm.createDeal({ ...SAMPLE_DEAL, stage, ...changes }).id;
}

/** Every sentence on the deal's timeline that tells a person what to do. */
async function remedies(recordId: string): Promise<readonly string[]> {
  const { standing } = await stand.items(recordId);
  return standing.flatMap(({ reason, remedy }) => (remedy === undefined ? [] : [`${reason.sentence}; ${remedy}`]));
}

/** Mends something in the CRM without its webhook, so that only the retry can have done it. */
function mendSilently(change: () => unknown): void {
  stand.crm.switches.set({ webhooks: false });
  change();
  stand.crm.switches.set({ webhooks: true });
}

describe('a contract that cannot be sent as the deal is', () => {
  const cases: readonly {
    readonly name: string;
    readonly deal: Partial<NewDeal>;
    readonly code: string;
    readonly sentence: string;
    readonly remedy: string;
    readonly mend: (recordId: string) => unknown;
  }[] = [
    {
      name: 'nobody is labelled as the signer',
      deal: { contacts: [{ ...SIGNER, labels: ['Project lead'] }] },
      code: 'contract.no-contact',
      sentence: 'no signer: the deal has no contact labelled "Contract signer"',
      remedy: 'add the label "Contract signer" to a contact of the deal in the CRM',
      mend: (id) => stand.crm.addContact(id, SIGNER),
    },
    {
      name: 'a required field is empty',
      deal: { amount: undefined },
      code: 'contract.field-empty',
      sentence: 'field ContractValue needs deal.amount, which is empty on the deal',
      remedy: 'fill in the amount of the deal in the CRM',
      mend: (id) => stand.crm.updateDeal(id, { amount: '99000' }),
    },
    {
      name: 'two people are labelled as the signer',
      deal: { contacts: [SIGNER, { email: 'zoe@northwind.example', firstName: 'Zoe', labels: ['Contract signer'] }] },
      code: 'contract.contact-ambiguous',
      sentence: 'no signer: 2 contacts of the deal are labelled "Contract signer" (Nora Nwosu, Zoe)',
      remedy: 'leave the label "Contract signer" on one contact of the deal, or make one of them the primary contact',
      mend: (id) => {
        const zoe = stand.crm.deal(id).contacts.find(({ name }) => name === 'Zoe');
        stand.crm.removeContact(id, zoe?.id ?? '');
      },
    },
  ];
  for (const { name, deal, code, sentence, remedy, mend } of cases) {
    it(`is held with one sentence that says what to do, and goes out after a retry: ${name}`, async () => {
      const id = dealIn('Procurement', deal);
      const held = await until('the contract is held', async () => (await stand.items(id)).contracts[0]?.hold);
      expect(held).toMatchObject({ code, sentence, remedy });
      await stand.whenQuiet();
      expect(await remedies(id)).toEqual([`${sentence}; ${remedy}`]);
      expect(envelopesOf(stand, id)).toEqual([]);
      // The owner hears of it, once.
      expect(stand.crm.tasks(id).map(({ subject, ownerId }) => [subject, ownerId])).toEqual([
        ['Contract 1 is held: Northwind Traders - analytics rollout', '77400001'],
      ]);

      mendSilently(() => mend(id));
      expect(await act(stand, `/deals/hubspot-main.${id}/retry`, null)).toMatchObject({ status: 400 });
      expect(await act(stand, `/deals/hubspot-main.${id}/retry`)).toEqual({
        status: 200,
        body: { sentence: `every worker looks at hubspot-main.${id} again now` },
      });
      await until('the contract is sent', () => (envelopesOf(stand, id)[0]?.sentAtMs === undefined ? undefined : true));
      await stand.whenQuiet();
      const { contracts, decisions } = await stand.items(id);
      expect(contracts.map(({ n, state, hold }) => [n, state, hold])).toEqual([[1, 'sent', undefined]]);
      expect(envelopesOf(stand, id).map(({ status }) => status)).toEqual(['sent']);
      expect(await remedies(id)).toEqual([]);
      expect(decisions.map(({ reason }) => reason.sentence)).toContain('Olga Ops asked for another look');
      expect(stand.crm.tasks(id)).toHaveLength(1);
    });
  }

  it('goes out by itself when HubSpot tells that the cause is mended', async () => {
    const id = dealIn('Procurement', { amount: undefined });
    await until('the contract is held', async () => (await stand.items(id)).contracts[0]?.hold);
    stand.crm.updateDeal(id, { amount: '99000' });
    await until('the contract is sent', () => (envelopesOf(stand, id)[0]?.sentAtMs === undefined ? undefined : true));
  });

  it('answers 404 with a sentence when the deal to be retried does not exist', async () => {
    expect(await act(stand, '/deals/hubspot-main.1/retry')).toEqual({
      status: 404,
      body: {
        error: { code: 'deal.unknown', sentence: 'no deal "hubspot-main.1"; `npx stagepost deals` lists them' },
      },
    });
  });
});

describe('a stage that nobody mapped', () => {
  it('moves the deal to unknown, holds its effects and says which line to add', async () => {
    const id = dealIn('Negotiation');
    const stageId = '1100000021';
    stand.crm.pipelines.addStage(ENTERPRISE, { id: stageId, label: 'Security review' });
    stand.crm.moveDeal(id, 'Security review');
    await until('the deal is in unknown', async () => {
      const { deal } = await stand.items(id);
      return deal !== undefined && currentStage(deal) === 'unknown' ? true : undefined;
    });
    await stand.whenQuiet();
    const said = await remedies(id);
    expect(said).not.toEqual([]);
    for (const sentence of said) expect(sentence).toContain(`add "${stageId}: <stage>"`);
  });

  it('leaves a contract that is out as it is, and holds what comes next', async () => {
    const id = dealIn('Procurement');
    await until(
      'the contract is sent',
      async () => (await stand.items(id)).contracts[0]?.state === 'sent' || undefined,
    );
    const stageId = '1100000022';
    stand.crm.pipelines.addStage(ENTERPRISE, { id: stageId, label: 'Budget freeze' });
    stand.crm.moveDeal(id, 'Budget freeze');
    await until('it is said', async () => ((await remedies(id)).length > 0 ? true : undefined));
    await stand.whenQuiet();
    const { contracts } = await stand.items(id);
    expect(contracts.map(({ state, voiding }) => [state, voiding])).toEqual([['sent', undefined]]);
    const said = await remedies(id);
    expect(said).not.toEqual([]);
    for (const sentence of said) expect(sentence).toContain(`add "${stageId}: <stage>"`);
  });
});

describe('a deal that the CRM does not have', () => {
  it('gets no contract, and the timeline says why', async () => {
    const answer = await postWebhook(stand, [stageEvent('987654321', PROCUREMENT, stand.clock.nowMs())]);
    expect(answer.status).toBe(200);
    await until('it is said', async () => ((await stand.items('987654321')).standing.length > 0 ? true : undefined));
    await stand.whenQuiet();
    const { contracts, standing } = await stand.items('987654321');
    expect(contracts).toEqual([]);
    expect(standing.map(({ reason }) => reason.sentence).join('\n')).toMatch(/no longer has|deleted in the CRM/);
    expect(envelopesOf(stand, '987654321')).toEqual([]);
  });
});
