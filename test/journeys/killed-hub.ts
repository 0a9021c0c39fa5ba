import { expect } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import type { DealItems } from '../../src/store/deal-items.ts';
import type { HubAddresses, HubProcess, Place, RemoteSandbox } from './hub-process.ts';

const TEN_TASKS = [
  'Create accounts and access for Northwind Traders',
  'Connect the systems of Northwind Traders',
  'Go live with Northwind Traders',
  'Hand over from sales: Northwind Traders - analytics rollout',
  'Kick-off call with Northwind Traders',
  'Migrate the data of Northwind Traders',
  'Outline the solution for Northwind Traders',
  'Review the first weeks with Northwind Traders',
  'Train the users of Northwind Traders',
  'Write down what Northwind Traders needs',
].toSorted();

/** Starts the hub of this place and waits until it answers. */
export async function start({ start: begin }: Place): Promise<HubProcess> {
  const hub = begin();
  await hub.says('Stagepost is running.');
  return hub;
}

/** What no program can prepare for. */
export async function kill(hub: HubProcess): Promise<void> {
  hub.send('SIGKILL');
  expect(await hub.ended).toBe('SIGKILL');
}

/** Waits until HubSpot says that the contract is sent, and the hub has noted that it does. */
export async function allWritten({ hub }: HubAddresses): Promise<void> {
  await until('the contract is written to HubSpot', async () => {
    const { deals } = (await (await fetch(`${hub}/api/deals?stage=procurement`)).json()) as {
      deals: { dealId: string }[];
    };
    const [deal] = deals;
    if (deal === undefined) return undefined;
    const items = (await (await fetch(`${hub}/api/deals/${deal.dealId}`)).json()) as DealItems;
    const isSent = items.contracts[0]?.state === 'sent' && items.contracts[0].lease === undefined;
    const fields = items.writes.find(({ key }) => key === 'fields');
    const sandboxSays = fields?.note?.includes('stagepost_contract_status = sent');
    return isSent && fields?.state === 'done' && sandboxSays ? true : undefined;
  });
}

/** Signs for whoever has not signed yet, each in turn, and waits for the end of the hand-over. */
export async function signAndHandOver(sandbox: RemoteSandbox, sentWithinMs = 20_000): Promise<void> {
  const envelope = await until(
    'the envelope is out',
    async () => {
      return (await sandbox.envelopes()).find(({ status }) => status === 'sent' || status === 'delivered');
    },
    sentWithinMs,
  );
  for (const { recipientId, status } of envelope.recipients) {
    if (status !== 'completed') await sandbox.sign(envelope.envelopeId, recipientId);
  }
  await until('all tasks are created and both files are attached', async () => {
    const deal = await playedDeal(sandbox);
    const done = deal?.stage.label === 'Implementation' && deal.tasks.length >= 10 && deal.notes.length >= 2;
    return done && deal.properties['stagepost_onboarding_status'] === '8 tasks created' ? true : undefined;
  });
}

/** What people got in the end: everything once. */
export async function expectEverythingOnce(sandbox: RemoteSandbox): Promise<void> {
  const envelopes = await sandbox.envelopes();
  expect(envelopes.map(({ status }) => status)).toEqual(['completed']);
  const invited = (await sandbox.mails()).filter(({ kind }) => kind === 'invitation').map(({ to }) => to);
  expect(invited).toEqual(['dmitri.sokolov@example.com', 'nora.nwosu@northwind.example', 'ada.okafor@example.com']);
  const deal = await playedDeal(sandbox);
  expect(deal?.tasks.map(({ subject }) => subject).toSorted()).toEqual(TEN_TASKS);
  expect(deal?.notes.flatMap(({ files }) => files.map(({ name }) => name)).toSorted()).toEqual([
    expect.stringMatching(/-contract-1-certificate\.pdf$/),
    expect.stringMatching(/-contract-1-signed-document\.pdf$/),
  ]);
  expect(deal?.properties['stagepost_contract_status']).toBe('completed');
}

/** The one that the first start plays; there are sample deals beside it. */
async function playedDeal(sandbox: RemoteSandbox) {
  const played = (await sandbox.deals()).filter(({ name }) => name === 'Northwind Traders - analytics rollout');
  expect(played.length).toBeLessThan(2);
  return played[0];
}
