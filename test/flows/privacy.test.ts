import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/domain/contract.ts';
import { ensureContract } from '../../src/flows/contract/ensure-contract.ts';
import { recordInboxMessage } from '../../src/flows/record-delivery.ts';
import { ensureWrittenBack } from '../../src/flows/writes/ensure-written-back.ts';
import type { Log } from '../../src/platform/log.ts';
import { createMemoryWorld, DEAL_ID, START_MS } from '../fakes/memory-world.ts';
import { type Mortality, ProcessDied } from '../fakes/mortal.ts';
import { testConfig, testPolicy } from '../fakes/test-config.ts';
import {
  deleteInCrm,
  dump,
  EMAIL,
  forget,
  hear,
  MINUTE_MS,
  NAME,
  nameIn,
  partsOf,
  removal,
  sent,
  told,
} from './privacy-stand.ts';

describe('a contact that was deleted for privacy', () => {
  it('is taken out of its contract and of every sentence, and what was agreed stays', async () => {
    const world = await sent();
    await hear(world, 'recipient-failed', { recipientId: '2' });
    await ensureWrittenBack(DEAL_ID, 't', world.parts());
    const before = await world.store.loadContract(DEAL_ID, 1);
    expect(before?.recipients[1]).toMatchObject({ name: NAME, email: EMAIL });
    expect(before?.hold?.sentence).toContain(EMAIL);
    await forget(world);
    expect(nameIn(world)).toBe(false);
    const after = await world.store.loadContract(DEAL_ID, 1);
    expect(after?.recipients).toMatchObject([
      { name: 'Dmitri', email: 'dmitri@example.com' },
      { name: 'removed on request', email: 'removed on request', role: 'customer-signer', state: 'failed' },
    ]);
    expect([after?.state, after?.envelopeId, after?.inputsHash]).toEqual([
      before?.state,
      before?.envelopeId,
      before?.inputsHash,
    ]);
    expect(after?.steps.map(({ note }) => note)).toContain('removed on request (customer-signer): delivered');
  });

  it('is shown on the timeline without its name, and a person is asked about what is out; nothing is voided', async () => {
    const world = await sent();
    await forget(world);
    const { standing, contracts } = await world.store.loadDealItems(DEAL_ID);
    expect(standing.find(({ subject }) => subject === 'contact/700')?.reason.sentence).toBe(
      'contact 700 of crm-main was removed on request: name and address are not kept here any more',
    );
    expect(contracts[0]?.hold).toMatchObject({
      code: 'contract.recipient-removed',
      sentence:
        'a recipient of contract 1 was removed from the CRM on request; the e-sign account still has name and address, and nothing is voided by itself',
      remedy: `decide whether it goes on; if not, \`npx stagepost void ${DEAL_ID} 1\`, and have the envelope deleted in the e-sign account`,
    });
    expect(world.bus.events.at(-1)).toMatchObject({
      type: 'deal.touched',
      detail: { dealId: DEAL_ID, wants: ['contract', 'writes'] },
    });
    await ensureContract(DEAL_ID, 't', world.parts());
    await ensureWrittenBack(DEAL_ID, 't', world.parts());
    expect(world.esign.envelopes.map(({ status }) => status)).toEqual(['sent']);
    expect(world.crm.tasks.map(({ title }) => title)).toContain('Contract 1 is held: 42');
    expect(nameIn(world)).toBe(false);
    // The question is over with the contract.
    await hear(world, 'completed');
    expect((await world.store.loadContract(DEAL_ID, 1))?.hold).toBeUndefined();
  });

  it('is taken out together with the reason that it gave for declining', async () => {
    const world = await sent();
    await hear(world, 'recipient-declined', { recipientId: '2', reason: 'call me on 555 0142 about it' });
    await hear(world, 'declined', { reason: 'call me on 555 0142 about it' });
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(dump(world)).toContain('555 0142');
    await forget(world);
    expect(dump(world)).not.toContain('555 0142');
    const contract = await world.store.loadContract(DEAL_ID, 1);
    expect([contract?.state, contract?.endReason]).toEqual(['declined', 'removed on request']);
  });

  it.each(['reads the deal', 'notes the contact', 'saves the contract'] as const)(
    'does not come back with the draft of a worker that %s when the removal begins',
    async (moment) => {
      const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
      await world.enter('s6');
      const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
      let waiting = 0;
      const wait = async <T>(when: typeof moment, work: () => Promise<T>): Promise<T> => {
        // What is read is what was there before.
        const early = when === 'reads the deal' ? await work() : undefined;
        if (when === moment) {
          waiting += 1;
          await gate;
        }
        return early ?? work();
      };
      const { port } = world.crm;
      const crm = { ...port, readDeal: () => wait('reads the deal', () => port.readDeal('42', [])) };
      const store = {
        ...world.store,
        noteContact: (...told: Parameters<typeof world.store.noteContact>) =>
          wait('notes the contact', () => world.store.noteContact(...told)),
        saveContract: (contract: Contract) =>
          contract.recipients.length === 0
            ? world.store.saveContract(contract)
            : wait('saves the contract', () => world.store.saveContract(contract)),
      };
      const slow = ensureContract(DEAL_ID, 't', { ...world.parts(), crm: () => crm, store });
      await expect.poll(() => waiting).toBe(1);
      await expect(told(world)).rejects.toMatchObject({ code: 'removal.second-look' });
      deleteInCrm(world);
      goOn();
      await slow;
      world.clock.advance(150_000);
      await told(world);
      expect(nameIn(world)).toBe(false);
      // And not with the next look either: the contract waits for another signer.
      await ensureContract(DEAL_ID, 't', world.parts());
      expect(nameIn(world)).toBe(false);
      expect(world.esign.mails).toEqual([]);
    },
  );

  it('is asked for no signature while the CRM still shows it, and the draft that named it is not sent', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    await world.enter('s6');
    await ensureContract(DEAL_ID, 't', world.parts());
    expect((await world.store.loadContract(DEAL_ID, 1))?.state).toBe('awaiting-approval');
    await expect(told(world)).rejects.toMatchObject({ code: 'removal.second-look' });
    world.clock.advance(150_000);
    await told(world);
    const contract = await world.store.loadContract(DEAL_ID, 1);
    expect(contract?.hold?.code).toBe('contract.recipient-removed');
    if (contract === undefined) return raise();
    const approval = { inputsHash: contract.inputsHash ?? '', atMs: world.clock.nowMs() };
    await world.store.saveContract({ ...contract, state: 'drafted', approval });
    await ensureContract(DEAL_ID, 't', world.parts());
    expect((await world.store.loadContract(DEAL_ID, 1))?.hold).toMatchObject({
      code: 'contract.no-contact',
      sentence: 'no signer: the deal has no contact labelled "Contract signer"',
    });
    expect(world.esign.mails).toEqual([]);
    expect(nameIn(world)).toBe(false);
  });

  it('is found where it was only named in a sentence, in mode observe and in a rehearsal', async () => {
    for (const mode of ['observe', 'rehearse'] as const) {
      const connections = testConfig().connections.map((each) => ({ ...each, mode, rehearseTo: 'ben@example.com' }));
      const world = createMemoryWorld({ connections });
      await world.enter('s6');
      await ensureContract(DEAL_ID, 't', world.parts());
      expect(nameIn(world)).toBe(true);
      await forget(world);
      expect(nameIn(world)).toBe(false);
      await ensureContract(DEAL_ID, 't', world.parts());
      expect(nameIn(world)).toBe(false);
    }
  });

  it('is found under every name and address that it had', async () => {
    const world = createMemoryWorld({ contracts: [testPolicy({ approval: 'hub' })] });
    await world.enter('s6');
    await ensureContract(DEAL_ID, 't', world.parts());
    const contract = (await world.store.loadContract(DEAL_ID, 1)) ?? raise();
    await world.store.saveContract({
      ...contract,
      state: 'drafted',
      approval: { inputsHash: contract.inputsHash ?? '', atMs: 1 },
    });
    const contacts = [{ ...(world.crm.deal?.contacts[0] ?? raise()), name: 'Nora Wolff', email: 'wolff@x.example' }];
    world.crm.deal = { ...(world.crm.deal ?? raise()), contacts };
    await ensureContract(DEAL_ID, 't', world.parts());
    expect(dump(world)).toContain('wolff@x.example');
    await forget(world);
    expect(nameIn(world)).toBe(false);
    expect(dump(world)).not.toMatch(/wolff/i);
  });

  it('leaves others with the same role, and deals that never named it, alone', async () => {
    const world = await sent();
    const other = { ...removal, id: 'x/crm-main/701', contactId: '701' };
    const parts = partsOf(world);
    const parser = { provider: 'test', parse: () => ({ signals: [], removals: [other], rejects: [], ignored: {} }) };
    const before = (await world.store.loadContract(DEAL_ID, 1)) ?? raise();
    await expect(told(world, { ...parts, parserOf: () => parser })).rejects.toThrow();
    world.clock.advance(150_000);
    await told(world, { ...parts, parserOf: () => parser });
    expect(await world.store.loadContract(DEAL_ID, 1)).toEqual(before);
  });

  it('is forgotten whole when the process dies at any of its calls', async () => {
    const counted: Mortality = { calls: 0, diesAt: 0, when: 'before', dead: false };
    const calm = await sent();
    await expect(told(calm, partsOf(calm, counted))).rejects.toMatchObject({ code: 'removal.second-look' });
    const firstPass = counted.calls;
    calm.clock.advance(150_000);
    await told(calm, partsOf(calm, counted));
    expect(firstPass).toBeGreaterThan(8);
    for (let diesAt = 1; diesAt <= counted.calls; diesAt += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await sent();
        const mortality: Mortality = { calls: 0, diesAt, when, dead: false };
        const dying = partsOf(world, mortality);
        await told(world, dying).catch(onlyExpected);
        if (!mortality.dead) {
          world.clock.advance(150_000);
          await told(world, dying).catch(onlyExpected);
        }
        expect(mortality.dead).toBe(true);
        // The message comes back to another process.
        for (let tries = 0; tries < 3; tries += 1) {
          await told(world).catch(onlyExpected);
          world.clock.advance(150_000);
        }
        await told(world);
        expect([diesAt, when, nameIn(world)]).toEqual([diesAt, when, false]);
      }
    }
  });

  it('is told again after it was done, and nothing is left to do', async () => {
    const world = await sent();
    await forget(world);
    // All but the delivery's own line, which says what it did when it came last.
    const kept = () => world.table.items().filter(({ pk }) => !pk.startsWith('DAY#'));
    const before = kept();
    const events = world.bus.events.length;
    await told(world);
    await told(world);
    expect(kept()).toEqual(before);
    expect(world.bus.events).toHaveLength(events);
    expect(await world.store.loadRemoval('crm-main', '700')).toEqual({
      atMs: START_MS + 2 * MINUTE_MS,
      doneAtMs: START_MS + 2 * MINUTE_MS + 150_000,
      deals: 1,
    });
    expect(await world.store.listDeliveries('2026-11-02', 5)).toMatchObject([{ deliveryId: 'd-700', removals: 1 }]);
  });

  it('that no deal named leaves its id for 90 days', async () => {
    const world = createMemoryWorld();
    await forget(world);
    expect(world.table.items().filter(({ pk }) => pk.startsWith('CONTACT#'))).toEqual([
      {
        pk: 'CONTACT#crm-main#700',
        sk: 'REMOVED',
        version: 1,
        data: { v: 1, atMs: START_MS, doneAtMs: START_MS + 150_000, deals: 0 },
        expiresAtSeconds: (START_MS + 150_000) / 1000 + 90 * 86_400,
      },
    ]);
  });

  it('of more deals than one try takes is forgotten in several', async () => {
    const world = createMemoryWorld();
    const person = { name: NAME, email: EMAIL };
    for (let n = 0; n < 120; n += 1) {
      await world.store.noteContact('crm-main', '700', `crm-main.${n}`, person);
      const reason = { code: 'mode.observe', sentence: `would create contract 1: to ${NAME} (signer)` };
      await world.store.putDecision({ v: 1, dealId: `crm-main.${n}`, subject: 'contract/for/e', reason, atMs: 1 });
    }
    const codes: string[] = [];
    for (let tries = 0; tries < 10 && codes.at(-1) !== 'done'; tries += 1) {
      const code = await told(world).then(
        () => 'done',
        (error: { code: string; retry: { afterMs: number } }) => {
          world.clock.advance(error.retry.afterMs);
          return error.code;
        },
      );
      codes.push(code);
    }
    expect(codes).toEqual([
      'removal.goes-on',
      'removal.goes-on',
      'removal.second-look',
      'removal.goes-on',
      'removal.goes-on',
      'done',
    ]);
    expect(nameIn(world)).toBe(false);
    expect(await world.store.loadRemoval('crm-main', '700')).toMatchObject({ deals: 120 });
  });

  it('comes by hand too, where no webhook tells it: as docs/data.md has the message', async () => {
    const world = await sent();
    const [, text = ''] = /```json\n([\s\S]+?)```/.exec(readFileSync('docs/data.md', 'utf8')) ?? [];
    const message = text.replaceAll('salesforce-main', 'crm-main').replaceAll('0035f00000QqZzXAAV', '700');
    const tell = () => recordInboxMessage(message, 1, partsOf(world));
    await expect(tell()).rejects.toMatchObject({ code: 'removal.second-look' });
    deleteInCrm(world);
    world.clock.advance(150_000);
    await tell();
    expect(nameIn(world)).toBe(false);
  });

  it.each([
    ['a deal that named it', '700', ['contact.removed', 1]],
    ['no deal that named it: that is no "done"', '0035f00000QqZzX', ['contact.not-known', 0]],
  ])('is told of in the log with %s', async (_, contactId, said) => {
    const world = await sent();
    const lines: unknown[] = [];
    const log: Log = (_level, step, fields) => {
      if (step.startsWith('contact.')) lines.push([step, fields?.count]);
    };
    const message = byHand({ removals: [{ ...removal, contactId, id: `x/crm-main/${contactId}` }] });
    const tell = () => recordInboxMessage(message, 1, { ...partsOf(world), log });
    await expect(tell()).rejects.toMatchObject({ code: 'removal.second-look' });
    world.clock.advance(150_000);
    await tell();
    // Told again after it was done it is still known, as long as its mark is.
    await tell();
    expect(lines).toEqual([said, said]);
  });

  it('of a connection that is not configured goes to quarantine, and nothing is done', async () => {
    const world = await sent();
    const message = byHand({ removals: [{ ...removal, connectionId: 'crm-mian' }] });
    await recordInboxMessage(message, 1, partsOf(world));
    expect(await world.store.listQuarantine(['2026-11-02'])).toMatchObject([
      { code: 'connection.unknown', sentence: expect.stringContaining('"crm-mian" is not in configuration') },
    ]);
    expect(world.table.items().filter(({ sk }) => sk === 'REMOVED')).toEqual([]);
  });

  const signal = { kind: 'hint', id: 'h/1', connectionId: 'crm-main', recordId: '42' };
  it.each([
    [{ removals: [{ ...removal, contactId: undefined }] }, 'removals[0] has no contactId'],
    [{ removals: [removal, { ...removal, contactId: 700 }] }, 'removals[1] has no contactId'],
    [{ removals: [{ ...removal, contactId: '700 ' }] }, 'removals[0] has no contactId'],
    [{ removals: [{ ...removal, connectionId: '' }] }, 'removals[0] has no connectionId'],
    [{ removals: [{ ...removal, id: undefined }] }, 'removals[0] has no id'],
    [{ removals: [{ ...removal, kind: 'removals' }] }, 'removals[0] must have the kind "removal"'],
    [{ removals: [{ ...removal, atMs: '2026' }] }, 'removals[0] has no atMs'],
    [{ removals: ['700'] }, 'removals[0] must be an object'],
    [{ removals: removal }, 'removals must be a list'],
    [{ signals: undefined }, 'signals must be a list'],
    [{ signals: [null] }, 'signals[0] must be an object'],
    [{ signals: [{ ...signal, recordId: 42 }] }, 'signals[0] names neither a record nor an envelope'],
    [{ signals: [{ ...signal, connectionId: undefined }] }, 'signals[0] has no connectionId'],
    [{ signals: [{ ...signal, id: undefined }] }, 'signals[0] has no id'],
    [{ signals: [{ ...signal, kind: 1 }] }, 'signals[0] has no kind'],
    [{ deliveryId: 'a#b' }, 'deliveryId must be'],
    [{ receivedAtMs: 'now' }, 'receivedAtMs must be'],
    [{ traceId: undefined }, 'traceId must be'],
    [{ connectionId: undefined }, 'connectionId must be'],
    [{ source: undefined }, 'source must be'],
  ])('that is misspelt (%j) goes to quarantine with what is wrong, and nothing is done', async (change, problem) => {
    const world = await sent();
    const before = dump(world);
    await recordInboxMessage(byHand(change), 1, partsOf(world));
    const [kept, ...others] = await world.store.listQuarantine(['2026-11-02']);
    expect(others).toEqual([]);
    expect(kept?.code).toBe('message.unreadable');
    expect(kept?.sentence).toContain(`nothing of a message in the inbox was done: ${problem}`);
    expect(JSON.stringify(world.table.items().filter(({ pk }) => !/^(DAY|QUARANTINE)#/.test(pk)))).toBe(before);
  });
});

function byHand(change: object): string {
  const ids = { deliveryId: 'removal-1', traceId: 'removal-1', connectionId: 'crm-main', receivedAtMs: START_MS };
  return JSON.stringify({ v: 1, kind: 'signals', ...ids, source: 'by-hand', signals: [], removals: [], ...change });
}

function raise(): never {
  throw new Error('the test has no deal or contract here');
}

function onlyExpected(error: unknown): void {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  // A death inside the recording of a delivery is told as a failure of the recording.
  if (error instanceof ProcessDied || code === 'record.failed' || code === 'removal.second-look') return;
  throw error;
}
