import { describe, expect, it } from 'vitest';
import { createDealTexts } from './deal-texts.ts';
import { createFaultyTable } from './faulty-table.ts';
import { createMemoryTable } from './memory-table.ts';

const setup = () => createMemoryTable({ nowMs: () => 0 });
const shout = (text: string) => text.replaceAll('ada', 'ADA');

describe('rewriting the words of a deal', () => {
  it('changes words for people, in every kind of item, and no id, key, code or name of the deal', async () => {
    const table = setup();
    const put = (sk: string, data: unknown) => table.put({ pk: 'DEAL#d', sk, version: 3, data });
    const listing = { pk: 'CONTRACTS#active#1', sk: 'ada#1' };
    const contract = {
      dealId: 'ada',
      policy: 'ada',
      subject: 'for ada',
      endReason: 'ada',
      recipients: [{ role: 'ada', name: 'ada', email: 'ada@x', recipientId: 'ada' }],
      hold: { code: 'ada', sentence: 'ada', remedy: 'ada' },
      voiding: { reason: { code: 'ada', sentence: 'ada' } },
      steps: [{ note: 'ada', state: 'sent', atMs: 1 }],
      attempts: [{ key: 'ada/1/1' }],
    };
    await table.put({ pk: 'DEAL#d', sk: 'CONTRACT#1', version: 3, data: contract, listing });
    await put('NOW#x', {
      subject: 'plan/ada',
      reason: { code: 'ada', sentence: 'ada', facts: { id: 'ada' } },
      remedy: 'ada',
    });
    await put('WHY#x#000001', { subject: 'plan/ada', reason: { code: 'ada', sentence: 'ada' } });
    await put('PLAN#p', { key: 'ada', play: 'ada', why: { code: 'ada', sentence: 'ada' } });
    await put('TASK#p#t', { taskKey: 'ada', title: 'ada', body: 'ada', ownerName: 'ada' });
    await put('WRITE#w', {
      key: 'ada',
      value: 'ada',
      note: 'ada',
      hold: { code: 'ada', sentence: 'ada', remedy: 'ada' },
    });
    await put('SIGNAL#s', { effect: 'refused: ada', signal: { id: 'ada', reason: 'ada', details: { name: 'ada' } } });
    await put('STATE', { id: 'ada', info: { name: 'ada' } });
    await put('READ#1', { note: 'ada' });
    expect(await createDealTexts(table).rewriteDealTexts('d', shout)).toBe(7);
    const items = await table.query('DEAL#d');
    expect(items.map(({ sk, version }) => [sk, version])).toEqual([
      ['CONTRACT#1', 4],
      ['NOW#x', 4],
      ['PLAN#p', 4],
      ['READ#1', 3],
      ['SIGNAL#s', 4],
      ['STATE', 3],
      ['TASK#p#t', 4],
      ['WHY#x#000001', 4],
      ['WRITE#w', 4],
    ]);
    expect(items[0]?.listing).toEqual(listing);
    expect(items.map(({ data }) => data)).toEqual([
      {
        ...contract,
        subject: 'for ADA',
        endReason: 'ADA',
        recipients: [{ role: 'ada', name: 'ADA', email: 'ADA@x', recipientId: 'ada' }],
        hold: { code: 'ada', sentence: 'ADA', remedy: 'ADA' },
        voiding: { reason: { code: 'ada', sentence: 'ADA' } },
        steps: [{ note: 'ADA', state: 'sent', atMs: 1 }],
      },
      { subject: 'plan/ada', reason: { code: 'ada', sentence: 'ADA', facts: { id: 'ada' } }, remedy: 'ADA' },
      { key: 'ada', play: 'ada', why: { code: 'ada', sentence: 'ADA' } },
      { note: 'ada' },
      { effect: 'refused: ADA', signal: { id: 'ada', reason: 'ADA', details: { name: 'ada' } } },
      { id: 'ada', info: { name: 'ada' } },
      { taskKey: 'ada', title: 'ADA', body: 'ADA', ownerName: 'ada' },
      { subject: 'plan/ada', reason: { code: 'ada', sentence: 'ADA' } },
      { key: 'ada', value: 'ada', note: 'ADA', hold: { code: 'ada', sentence: 'ADA', remedy: 'ADA' } },
    ]);
    expect(await createDealTexts(table).rewriteDealTexts('d', shout)).toBe(0);
  });

  it('overwrites nobody who writes at the same time', async () => {
    const table = setup();
    const item = { pk: 'DEAL#d', sk: 'NOW#x', version: 1, data: { reason: { code: 'a', sentence: 'ada' } } };
    await table.put(item);
    let raced = 0;
    const racing = createFaultyTable(table, {
      before: async (operation) => {
        if (operation !== 'replace' || raced > 0) return;
        raced += 1;
        await table.replace({ ...item, version: 2, data: { reason: { code: 'b', sentence: 'ada again' } } }, 1);
      },
    });
    expect(await createDealTexts(racing).rewriteDealTexts('d', shout)).toBe(1);
    expect((await table.query('DEAL#d')).map(({ data }) => data)).toEqual([
      { reason: { code: 'b', sentence: 'ADA again' } },
    ]);
  });
});
