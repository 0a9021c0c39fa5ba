import { afterEach, describe, expect, it } from 'vitest';
import { currentStage } from '../../src/domain/entries.ts';
import { isHubError } from '../../src/domain/errors.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { readWakeUp } from '../../src/flows/wake-up.ts';
import { FIXTURE_VERSIONS, type FixtureMessage, type Fixtures, fieldOf } from './load-fixtures.ts';
import { type OldHub, openOldHub } from './old-hub.ts';
import type { RawItem } from './wire-item.ts';

let hub: OldHub | undefined;
afterEach(async () => {
  await hub?.close();
  hub = undefined;
});

/** Today's record function takes the message in, on a table with the configuration and these items. */
async function record({ config }: Fixtures, { body }: FixtureMessage, items: readonly RawItem[] = []): Promise<OldHub> {
  await hub?.close();
  const atMs = Number(body['receivedAtMs'] ?? Date.parse(String(body['time'] ?? '2026-11-02T09:00:00Z'))) + 1000;
  hub = await openOldHub([config, ...items], atMs);
  for (let tries = 1; ; tries += 1) {
    try {
      await recordInboxMessage(JSON.stringify(body), tries, hub.parts);
      return hub;
    } catch (error) {
      // Some messages come back on purpose until they are done.
      if (!isHubError(error) || error.retry === 'never' || tries === 5) throw error;
      hub.clock.advance(error.retry.afterMs);
    }
  }
}

async function signalsIn({ all }: OldHub): Promise<readonly unknown[]> {
  return (await all()).filter(({ sk }) => sk.startsWith('SIGNAL#')).map(({ d }) => fieldOf(d, 'signal'));
}

function messagesOf(fixtures: Fixtures, kind: string): readonly FixtureMessage[] {
  const messages = fixtures.messages.get(kind) ?? [];
  if (messages.length === 0) throw new Error(`${fixtures.version} has no messages ${kind}`);
  return messages;
}

/** The provider's own body, as text. */
function textOf({ body }: FixtureMessage): string {
  return Buffer.from(String(body['bodyBase64']), 'base64').toString();
}

/** A contract that is out for signature, with the number and the deal of this message. */
function contractFor(fixtures: Fixtures, { became = [] }: FixtureMessage): RawItem {
  const [signal] = became;
  const [dealId = '', n = ''] = String(fieldOf(signal, 'contractRef')).split('/');
  const sent = (fixtures.items.get('deal-contract') ?? []).find(({ d }) => fieldOf(d, 'state') === 'sent');
  if (sent === undefined) throw new Error(`${fixtures.version} has no contract that is out`);
  const { lease: _, voiding: __, recipients, ...contract } = sent['d'] as Record<string, unknown>;
  const untouched = (recipients as readonly object[]).map((each) => ({ ...each, state: 'created' }));
  const attempts = [{ key: fieldOf(signal, 'attemptKey'), atMs: 0 }];
  const envelopeId = fieldOf(signal, 'envelopeId');
  const d = { ...contract, dealId, n: Number(n), envelopeId, attempts, recipients: untouched, seenSignals: [] };
  return { ...sent, pk: `DEAL#${dealId}`, sk: `CONTRACT#${n}`, d };
}

describe.each(FIXTURE_VERSIONS)('messages of version $version', (fixtures) => {
  const inbox = [...fixtures.messages].filter(([kind]) => kind.startsWith('inbox') && !kind.includes('docusign'));

  it.each(inbox)('become the same signals as they did then: %s', async (_, messages) => {
    for (const message of messages) {
      const { became = [] } = message;
      expect(await signalsIn(await record(fixtures, message))).toEqual(expect.arrayContaining([...became]));
    }
  });

  it.each([
    '"deal.creation"',
    '"deal.deletion"',
    '"deal.restore"',
    '"deal.merge"',
    '"amount"',
    '"hs_salesforceopportunityid"',
    '"contact.privacyDeletion"',
  ])('of HubSpot are recorded without anything left over: %s', async (about) => {
    const found = messagesOf(fixtures, 'inbox-delivery-hubspot').filter((message) => textOf(message).includes(about));
    expect(found.length).toBeGreaterThan(0);
    for (const message of found) {
      const { store } = await record(fixtures, message);
      const day = new Date(Number(message.body['receivedAtMs'])).toISOString().slice(0, 10);
      expect(await store.listDeliveries(day, 10)).toMatchObject([
        { deliveryId: message.body['deliveryId'], provider: 'hubspot', connectionId: 'hubspot-main', rejects: 0 },
      ]);
      expect(await store.listQuarantine([day])).toEqual([]);
    }
  });

  it('of HubSpot that tell of a new deal put it into its stage', async () => {
    const STAGES = [
      ['1100000001', 'prospecting'],
      ['1100000003', 'solutioning'],
      ['1100000005', 'negotiation'],
      ['1100000006', 'procurement'],
    ] as const;
    const message = messagesOf(fixtures, 'inbox-delivery-hubspot').find((each) =>
      textOf(each).includes('"deal.creation"'),
    );
    if (message === undefined) throw new Error(`${fixtures.version} has no new deal`);
    const told = STAGES.filter(([id]) => textOf(message).includes(`"propertyValue":"${id}"`));
    const { store } = await record(fixtures, message);
    const deals = await store.listDeals(undefined, 10);
    expect(told).toHaveLength(1);
    expect(deals.map(currentStage)).toEqual(told.map(([, stage]) => stage));
  });

  it.each([
    ['envelope-created', 'sent', undefined],
    ['envelope-sent', 'sent', undefined],
    ['envelope-delivered', 'delivered', undefined],
    ['envelope-completed', 'completed', undefined],
    ['envelope-declined', 'declined', undefined],
    ['envelope-voided', 'voided', undefined],
    ['recipient-sent', 'sent', 'sent'],
    ['recipient-delivered', 'sent', 'delivered'],
    ['recipient-completed', 'sent', 'completed'],
    ['recipient-declined', 'sent', 'declined'],
  ])('of DocuSign move the contract: %s', async (event, state, recipientState) => {
    const message = messagesOf(fixtures, 'inbox-delivery-docusign').find((each) =>
      textOf(each).startsWith(`{"event":"${event}"`),
    );
    if (message === undefined) throw new Error(`${fixtures.version} has no message ${event}`);
    const opened = await record(fixtures, message, [contractFor(fixtures, message)]);
    expect(await signalsIn(opened)).toEqual(message.became);
    const [signal] = message.became ?? [];
    const [dealId = '', n] = String(fieldOf(signal, 'contractRef')).split('/');
    const contract = await opened.store.loadContract(dealId, Number(n));
    expect(contract?.state).toBe(state);
    const told = contract?.recipients.find(({ recipientId }) => recipientId === fieldOf(signal, 'recipientId'));
    expect(told?.state).toBe(recipientState);
  });

  it('that only hint ask for a read, by the bus', async () => {
    const [message] = messagesOf(fixtures, 'inbox-hints-delivery-salesforce');
    if (message === undefined) throw new Error('no message');
    const { bus } = await record(fixtures, message);
    expect(bus.events.map(({ type, detail }) => [type, detail.crm, detail.wants])).toEqual([
      ['record.seen', 'salesforce', ['refresh']],
    ]);
  });

  it('that tell of a refusal become the note that ops reads', async () => {
    const [message] = messagesOf(fixtures, 'inbox-refusal');
    if (message === undefined) throw new Error('no message');
    const { store } = await record(fixtures, message);
    const note = await store.loadConnectionNote<Record<string, unknown>>('hubspot-main', 'last-refusal');
    expect(note?.data).toMatchObject({ kind: 'refusal', provider: 'hubspot', cause: 'signature-wrong' });
  });

  it('that nobody understood then go to quarantine, whole', async () => {
    const [message] = messagesOf(fixtures, 'inbox-unheard-of');
    if (message === undefined) throw new Error('no message');
    const { store, files } = await record(fixtures, message);
    const [entry] = await store.listQuarantine(['2026-11-02']);
    expect(entry).toMatchObject({ code: 'message.unreadable', excerpt: '{"v":9,"kind":"unheard-of"}' });
    const kept = await files.get(entry?.fileKey ?? '');
    expect(new TextDecoder().decode(kept)).toBe('{"v":9,"kind":"unheard-of"}');
  });

  it('that wait for workers name the same deal or record', () => {
    for (const { body } of messagesOf(fixtures, 'worker-event')) {
      const detail = body['detail'];
      const { traceId, ...wakeUp } = readWakeUp(JSON.stringify(body));
      const record = fieldOf(detail, 'record');
      expect(wakeUp).toEqual(record === undefined ? { dealId: fieldOf(detail, 'dealId') } : { record });
      expect(traceId).toBe(fieldOf(fieldOf(detail, 'meta'), 'traceId'));
    }
  });

  it('that were chained keep since when and how often they waited', () => {
    const looks = messagesOf(fixtures, 'worker-look-at-deal').map(({ body }) => body);
    expect(looks.map(({ attempt }) => attempt)).toEqual(expect.arrayContaining([0, 15]));
    for (const { v: _, ...look } of looks) expect(readWakeUp(JSON.stringify({ v: 1, ...look }))).toEqual(look);
  });

  it('that were put into a file are replayed out of it', async () => {
    const big = fixtures.files.find(({ text }) => text.includes('"kind":"delivery"'));
    if (big === undefined) throw new Error(`${fixtures.version} has no delivery in a file`);
    const body = JSON.parse(big.text);
    const { store } = await record(fixtures, { queue: 'inbox', body });
    const [entry] = await store.listQuarantine(['2026-11-02']);
    expect(entry).toMatchObject({ deliveryId: body.deliveryId, provider: 'hubspot', connectionId: 'hubspot-main' });
  });
});
