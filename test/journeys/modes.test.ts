import { afterEach, describe, expect, it } from 'vitest';
import { currentStage } from '../../src/domain/entries.ts';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import { envelopesOf, type Stand, startStand } from './hub-stand.ts';
import { act } from './signed-webhook.ts';

let stand: Stand;
afterEach(() => stand.stop());

/** Takes a new deal from solutioning to procurement, and waits until nothing is left to do. */
async function toProcurement(): Promise<string> {
  const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, stage: 'Solutioning' });
  stand.crm.moveDeal(id, 'Procurement');
  await until('the deal is in procurement', async () => {
    const { deal } = await stand.items(id);
    return deal !== undefined && currentStage(deal) === 'procurement' ? true : undefined;
  });
  await stand.whenQuiet();
  return id;
}

async function sentences(recordId: string): Promise<readonly string[]> {
  const { standing } = await stand.items(recordId);
  return standing.map(({ reason }) => reason.sentence);
}

/** Every call to a provider that may have changed something there. */
function changes(): readonly string[] {
  const reads = /\/(batch\/read|search)$|^POST \/oauth\//;
  return [...stand.crm.requests.list(), ...stand.esign.requests()]
    .map(({ method, path }) => `${method} ${path}`)
    .filter((line) => !line.startsWith('GET ') && !reads.test(line));
}

describe('mode observe', () => {
  it('does nothing outside, and says for contract and tasks what it would do', async () => {
    stand = await startStand({
      edit: (yaml) => yaml.replace('    provider: hubspot\n    mode: live', '    provider: hubspot\n    mode: observe'),
    });
    const id = await toProcurement();
    await act(stand, `/deals/hubspot-main.${id}/retry`);
    await stand.whenQuiet();
    expect(changes()).toEqual([]);
    expect(stand.esign.mails()).toEqual([]);
    const { contracts, plans, tasks } = await stand.items(id);
    expect([contracts, plans, tasks]).toEqual([[], [], []]);
    const said = (await sentences(id)).join('\n');
    expect(said).toContain(
      'would create contract 1: "Master services agreement for Northwind Traders" to Dmitri Sokolov (Legal approver), then Nora Nwosu (Customer signer), then Ada Okafor (Counter signer); nothing is sent in mode observe',
    );
    expect(said).toMatch(
      /would create 2 tasks: Write down what Northwind Traders needs \(Carla Reyes, \d{4}-\d\d-\d\d\), Outline the solution for Northwind Traders \(Carla Reyes, /,
    );
  });

  it('of the e-sign connection alone keeps contracts back and lets tasks be created', async () => {
    stand = await startStand({
      edit: (yaml) =>
        yaml.replace('    provider: docusign\n    mode: live', '    provider: docusign\n    mode: observe'),
    });
    const id = await toProcurement();
    expect(stand.esign.envelopes()).toEqual([]);
    expect((await sentences(id)).join('\n')).toContain('nothing is sent in mode observe');
    expect(stand.crm.tasks(id)).toHaveLength(2);
  });
});

describe('mode rehearse', () => {
  it('sends every invitation to one address and gives every task to that person', async () => {
    stand = await startStand({
      edit: (yaml) =>
        yaml.replace(
          '    provider: hubspot\n    mode: live',
          '    provider: hubspot\n    mode: rehearse\n    rehearseTo: eve.tanaka@example.com',
        ),
    });
    const id = await toProcurement();
    const envelopes = envelopesOf(stand, id);
    expect(envelopes).toHaveLength(1);
    expect(envelopes[0]?.recipients.map(({ name, email }) => [name, email])).toEqual([
      ['Dmitri Sokolov (rehearsal for dmitri.sokolov@example.com)', 'eve.tanaka@example.com'],
      ['Nora Nwosu (rehearsal for nora.nwosu@northwind.example)', 'eve.tanaka@example.com'],
      ['Ada Okafor (rehearsal for ada.okafor@example.com)', 'eve.tanaka@example.com'],
    ]);
    for (const { recipientId } of envelopes[0]?.recipients ?? []) {
      stand.esign.sign(envelopes[0]?.envelopeId ?? '', recipientId);
    }
    await until('the contract is signed', async () => {
      const { contracts } = await stand.items(id);
      return contracts[0]?.state === 'completed' ? true : undefined;
    });
    await stand.whenQuiet();
    // What people work with is left alone; whoever rehearses moves the deal on.
    expect(stand.crm.deal(id).stage.label).toBe('Procurement');
    expect(stand.crm.deal(id).notes).toEqual([]);
    stand.crm.moveDeal(id, 'Implementation');
    await until('the onboarding tasks are there', () => (stand.crm.tasks(id).length === 10 ? true : undefined));
    await stand.whenQuiet();
    // Everything that any person got by e-mail, or found in the list of tasks.
    expect([...new Set(stand.esign.mails().map(({ to }) => to))]).toEqual(['eve.tanaka@example.com']);
    expect([...new Set(stand.crm.tasks(id).map(({ ownerId }) => ownerId))]).toEqual(['77400005']);
  });

  it('tells the rehearsing person, not the deal owner, about a held contract', async () => {
    stand = await startStand({
      edit: (yaml) =>
        yaml.replace(
          '    provider: hubspot\n    mode: live',
          '    provider: hubspot\n    mode: rehearse\n    rehearseTo: eve.tanaka@example.com',
        ),
    });
    const { id } = stand.crm.createDeal({ ...SAMPLE_DEAL, amount: undefined, stage: 'Procurement' });
    await until('somebody is told', () => stand.crm.tasks(id)[0]);
    await stand.whenQuiet();
    expect(stand.crm.tasks(id).map(({ ownerId }) => ownerId)).toEqual(['77400005']);
  });
});

describe('effectsFrom in the future', () => {
  it('has the deal recorded and does nothing, however often it is asked', async () => {
    stand = await startStand({
      edit: (yaml) => yaml.replace('effectsFrom: 2026-01-01T00:00:00+01:00', 'effectsFrom: 2126-01-01T00:00:00+01:00'),
    });
    const id = await toProcurement();
    await act(stand, `/deals/hubspot-main.${id}/retry`);
    await stand.whenQuiet();
    expect(changes()).toEqual([]);
    const { contracts, plans } = await stand.items(id);
    expect([contracts, plans]).toEqual([[], []]);
    const said = (await sentences(id)).join('\n');
    expect(said).toMatch(/no contract: the deal entered procurement on .*, before effects of hubspot-main began on /);
    expect(said).toMatch(/no tasks: the deal entered solutioning on .*, before effects of hubspot-main began on /);
  });
});
