import { ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SAMPLE_DEAL } from '../../src/local/play/journey.ts';
import { until } from '../../src/local/play/until.ts';
import { createDynamoClient } from '../../src/platform/aws/dynamo-client.ts';
import { createS3Client } from '../../src/platform/aws/s3-client.ts';
import { CRM_CONNECTION, dealIdOf, envelopesOf, type Stand, startStand } from './hub-stand.ts';
import { act, postWebhook, quarantine, stageEvent } from './signed-webhook.ts';

/** In no other text of the hub, its configuration or its simulators. */
const CANARY = { email: 'zuzanna.q@canary.example', firstName: 'Zuzanna', lastName: 'Quillfeather' };
const CANARY_WORDS = /zuzanna|quillfeather|canary\.example/i;

let stand: Stand;
const logged: string[] = [];
beforeAll(async () => {
  stand = await startStand({ speed: 60, log: (...line) => void logged.push(JSON.stringify(line)) });
});
afterAll(() => stand.stop());

/** Everything that rests in the hub, by where it rests: the whole table, the whole bucket, the whole log, every queue. */
async function dump(): Promise<Readonly<Record<'table' | 'bucket' | 'log' | 'queues', string>>> {
  const { cloud } = stand.hub;
  const environment = { variables: cloud.variables, clock: stand.clock, awsRequestHandler: cloud.requestHandler };
  const tables = createDynamoClient(environment);
  const rows: unknown[] = [];
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const from = start === undefined ? {} : { ExclusiveStartKey: start };
    const page: ScanCommandOutput = await tables.send(
      new ScanCommand({ TableName: cloud.variables.TABLE_NAME, ...from }),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  const files = createS3Client(environment);
  const Bucket = cloud.variables.BUCKET_NAME;
  const { Contents = [] } = await files.send(new ListObjectsV2Command({ Bucket }));
  const bodies = await Promise.all(
    Contents.map(async ({ Key }) => {
      const file = await files.send(new GetObjectCommand({ Bucket, Key }));
      return `${Key}\n${Buffer.from((await file.Body?.transformToByteArray()) ?? []).toString('latin1')}`;
    }),
  );
  const queues = [...cloud.queues.values()].flatMap((queue) => queue.bodies());
  return { table: JSON.stringify(rows), bucket: bodies.join('\n'), log: logged.join('\n'), queues: queues.join('\n') };
}

it('takes a person out of the hub who asked HubSpot to be forgotten, while a contract is out for signature', async () => {
  const { crm, esign } = stand;
  const deal = crm.createDeal({
    ...SAMPLE_DEAL,
    contacts: [{ ...CANARY, labels: ['Contract signer'] }, ...(SAMPLE_DEAL.contacts ?? []).slice(1)],
    stage: 'Procurement',
  });
  const contactId = deal.contacts[0]?.id ?? '';
  const out = await until('the contract is sent', async () => {
    const contract = await stand.hub.store.loadContract(dealIdOf(deal.id), 1);
    return contract?.state === 'sent' ? contract : undefined;
  });
  const envelopeId = out.envelopeId ?? '';
  const signer = out.recipients.find(({ email }) => email === CANARY.email)?.recipientId ?? '';
  const before = out.recipients.filter(({ recipientId }) => recipientId !== signer);
  for (const { recipientId } of before.slice(0, 1)) esign.sign(envelopeId, recipientId);
  esign.open(envelopeId, signer);
  await until('the hub has heard that the signer opened it', async () => {
    const contract = await stand.hub.store.loadContract(dealIdOf(deal.id), 1);
    return contract?.steps.some(({ note }) => note.includes(CANARY.lastName)) ? contract : undefined;
  });
  // And two deliveries that nobody understands, one of them too large for the table.
  const odd = { ...stageEvent('77', '1', stand.clock.nowMs()), portalId: 1, propertyValue: CANARY.email };
  await postWebhook(stand, [odd]);
  await postWebhook(stand, [{ ...odd, about: `${'y'.repeat(150_000)} ${CANARY.firstName} ${CANARY.lastName}` }]);
  await until('both are in quarantine', async () => ((await quarantine(stand)).length >= 2 ? true : undefined));
  await stand.whenQuiet();
  const known = await dump();
  expect(known.table).toMatch(CANARY_WORDS);
  expect(known.bucket).toContain('quarantine/');

  crm.deleteContactForPrivacy(contactId);
  await until('the contact is removed', async () => {
    const mark = await stand.hub.store.loadRemoval(CRM_CONNECTION, contactId);
    return mark?.doneAtMs === undefined ? undefined : mark;
  });
  await stand.whenQuiet();

  const left = await dump();
  for (const place of ['table', 'bucket', 'log', 'queues'] as const) {
    expect([place, CANARY_WORDS.exec(left[place])?.[0]]).toEqual([place, undefined]);
  }
  // In base64 it would not be found by its letters.
  const encoded = [...left.table.matchAll(/"bodyBase64\\":\\"([A-Za-z0-9+/=]+)/g)];
  for (const [, body = ''] of encoded) expect(Buffer.from(body, 'base64').toString()).not.toMatch(CANARY_WORDS);
  const { contracts, standing } = await stand.items(deal.id);
  expect(contracts).toMatchObject([
    { n: 1, state: 'delivered', envelopeId, hold: { code: 'contract.recipient-removed' } },
  ]);
  expect(standing.find(({ subject }) => subject === `contact/${contactId}`)?.reason.sentence).toBe(
    `contact ${contactId} of ${CRM_CONNECTION} was removed on request: name and address are not kept here any more`,
  );
  // The e-sign account is told of nothing, and the deal's owner is asked.
  expect(envelopesOf(stand, deal.id).map(({ status }) => status)).toEqual(['delivered']);
  await until('the owner of the deal is asked', async () =>
    crm.tasks(deal.id).find(({ subject }) => subject.startsWith('Contract 1 is held')),
  );

  const [row] = await quarantine(stand);
  expect(await act(stand, `/quarantine/${row?.id}/replay`)).toMatchObject({
    status: 409,
    body: { error: { code: 'quarantine.body-gone' } },
  });
});

it('finishes the contract of a person who was removed, and does not take the person in again', async () => {
  const { crm, esign } = stand;
  const deal = crm.createDeal({
    ...SAMPLE_DEAL,
    contacts: [{ ...CANARY, labels: ['Contract signer'] }],
    stage: 'Procurement',
  });
  const contactId = deal.contacts[0]?.id ?? '';
  const out = await until('the contract is sent', async () => {
    const contract = await stand.hub.store.loadContract(dealIdOf(deal.id), 1);
    return contract?.state === 'sent' ? contract : undefined;
  });
  crm.deleteContactForPrivacy(contactId);
  await until('the contact is removed', async () => {
    const mark = await stand.hub.store.loadRemoval(CRM_CONNECTION, contactId);
    return mark?.doneAtMs === undefined ? undefined : mark;
  });
  for (const { recipientId, kind } of [...out.recipients].sort((a, b) => a.routingOrder - b.routingOrder)) {
    if (kind !== 'copy') esign.sign(out.envelopeId ?? '', recipientId);
  }
  await until('it is signed and its files are attached', async () => {
    const { contracts, writes } = await stand.items(deal.id);
    const files = writes.filter(({ key, state }) => key.startsWith('file/') && state === 'done');
    return contracts[0]?.state === 'completed' && files.length === 2 ? true : undefined;
  });
  await stand.whenQuiet();
  const left = await dump();
  expect(CANARY_WORDS.exec(left.table)?.[0]).toBeUndefined();
  expect(CANARY_WORDS.exec(left.log)?.[0]).toBeUndefined();
});
