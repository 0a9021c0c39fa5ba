import { describe, expect, it } from 'vitest';
import { until } from '../../src/local/play/until.ts';
import { type HubProcess, inPlace, type Place, type RemoteSandbox, remoteSandbox } from './hub-process.ts';

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

async function start({ start: begin }: Place): Promise<HubProcess> {
  const hub = begin();
  await hub.says('Stagepost is running.');
  return hub;
}

async function kill(hub: HubProcess): Promise<void> {
  hub.send('SIGKILL');
  expect(await hub.ended).toBe('SIGKILL');
}

/** Signs for whoever has not signed yet, each in turn, and waits for the end of the hand-over. */
async function signAndHandOver(sandbox: RemoteSandbox): Promise<void> {
  const envelope = await until('the envelope is out', async () => {
    const out = (await sandbox.envelopes()).find(({ status }) => status === 'sent' || status === 'delivered');
    return out;
  });
  for (const { recipientId, status } of envelope.recipients) {
    if (status !== 'completed') await sandbox.sign(envelope.envelopeId, recipientId);
  }
  await until('all tasks are created and both files are attached', async () => {
    const [deal] = await sandbox.deals();
    const done = deal?.stage.label === 'Implementation' && deal.tasks.length >= 10 && deal.notes.length >= 2;
    return done && deal.properties['stagepost_onboarding_status'] === '8 tasks created' ? true : undefined;
  });
}

/** What people got in the end: everything once. */
async function expectEverythingOnce(sandbox: RemoteSandbox): Promise<void> {
  const envelopes = await sandbox.envelopes();
  expect(envelopes.map(({ status }) => status)).toEqual(['completed']);
  const invited = (await sandbox.mails()).filter(({ kind }) => kind === 'invitation').map(({ to }) => to);
  expect(invited).toEqual(['dmitri.sokolov@example.com', 'nora.nwosu@northwind.example', 'ada.okafor@example.com']);
  const deals = await sandbox.deals();
  expect(deals).toHaveLength(1);
  expect(deals[0]?.tasks.map(({ subject }) => subject).toSorted()).toEqual(TEN_TASKS);
  expect(deals[0]?.notes.flatMap(({ files }) => files.map(({ name }) => name)).toSorted()).toEqual([
    'contract-1-certificate.pdf',
    'contract-1-signed-document.pdf',
  ]);
  expect(deals[0]?.properties['stagepost_contract_status']).toBe('completed');
}

describe.concurrent('a hub that is killed in the middle', () => {
  it('goes on where it was: after the contract was sent', { timeout: 90_000 }, () =>
    inPlace(async (place) => {
      const first = await start(place);
      await first.says('Contract 1 drafted in DocuSign, then sent');
      await kill(first);
      await start(place);
      const sandbox = remoteSandbox(place.addresses);
      await signAndHandOver(sandbox);
      await expectEverythingOnce(sandbox);
    }),
  );

  it('goes on where it was: while DocuSign was making the draft', { timeout: 90_000 }, () =>
    inPlace(async (place) => {
      const first = await start(place);
      const sandbox = remoteSandbox(place.addresses);
      // The draft is made, but neither the answer nor the webhook ever comes; the hub dies while it waits.
      await sandbox.addEsignFault({ kind: 'webhook-drop', match: 'envelope-created' });
      await sandbox.addEsignFault({ kind: 'accept-then-time-out', match: 'POST /envelopes', delayMs: 60_000 });
      await until('there is a draft', async () => {
        const [draft] = await sandbox.envelopes();
        return draft?.status === 'created' ? true : undefined;
      });
      await kill(first);
      await start(place);
      await signAndHandOver(sandbox);
      await expectEverythingOnce(sandbox);
    }),
  );
});
