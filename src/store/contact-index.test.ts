import { describe, expect, it } from 'vitest';
import { createContactIndex } from './contact-index.ts';
import { createMemoryTable } from './memory-table.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
const NORA = { name: 'Nora Nwosu', email: 'nora@northwind.example' };

function setup() {
  const table = createMemoryTable({ nowMs: () => NOW_MS });
  return { table, index: createContactIndex(table) };
}

describe('the deals that name a contact', () => {
  it('are one item each, which knows every name and address, and is not written again for what it knows', async () => {
    const { table, index } = setup();
    await index.noteContact('crm', '7', 'crm.1', NORA);
    await index.noteContact('crm', '7', 'crm.1', NORA);
    await index.noteContact('crm', '7', 'crm.1', { name: 'Nora Wolff', email: undefined });
    await index.noteContact('crm', '7', 'crm.2', { name: '', email: NORA.email });
    await index.noteContact('crm', '70', 'crm.3', NORA);
    await index.noteContact('other', '7', 'crm.4', NORA);
    expect(await index.listContactDeals('crm', '7')).toEqual([
      {
        contactId: '7',
        dealId: 'crm.1',
        version: 2,
        names: ['Nora Nwosu', 'Nora Wolff'],
        emails: ['nora@northwind.example'],
      },
      { contactId: '7', dealId: 'crm.2', version: 1, names: [], emails: ['nora@northwind.example'] },
    ]);
    expect(table.items().map(({ pk, sk, expiresAtSeconds }) => [pk, sk, expiresAtSeconds])).toEqual([
      ['CONTACT#crm#70', 'DEAL#crm.3', undefined],
      ['CONTACT#crm#7', 'DEAL#crm.1', undefined],
      ['CONTACT#crm#7', 'DEAL#crm.2', undefined],
      ['CONTACT#other#7', 'DEAL#crm.4', undefined],
    ]);
  });

  it('are due again when something is noted after they were gone over, and are not dropped unseen', async () => {
    const { index } = setup();
    await index.noteContact('crm', '7', 'crm.1', NORA);
    const [first] = await index.listContactDeals('crm', '7');
    if (first === undefined) throw new Error('not noted');
    expect(await index.markGoneOver('crm', first, NOW_MS)).toBe('written');
    const [goneOver] = await index.listContactDeals('crm', '7');
    expect(goneOver).toEqual({ ...first, version: 2, goneOverAtMs: NOW_MS });
    await index.noteContact('crm', '7', 'crm.1', NORA);
    expect(await index.listContactDeals('crm', '7')).toEqual([{ ...first, version: 3 }]);
    for (const stale of [first, { ...first, version: 2 }]) {
      expect(await index.dropContactDeal('crm', stale)).toBe('conflict');
      expect(await index.markGoneOver('crm', stale, NOW_MS)).toBe('conflict');
    }
    expect(await index.dropContactDeal('crm', { ...first, version: 3 })).toBe('written');
    expect(await index.listContactDeals('crm', '7')).toEqual([]);
  });

  it('are not passed over when others keep writing the same item', async () => {
    const { table } = setup();
    const index = createContactIndex({ ...table, create: async () => 'conflict' as const });
    await expect(index.noteContact('crm', '7', 'crm.1', NORA)).rejects.toMatchObject({
      code: 'store.contended',
      retry: { afterMs: 2000 },
    });
  });
});

describe('the mark that a contact was removed', () => {
  it('keeps when it began, and is no deal of the contact', async () => {
    const { index } = setup();
    expect(await index.loadRemoval('crm', '7')).toBeUndefined();
    expect(await index.beginRemoval('crm', '7', NOW_MS)).toEqual({ atMs: NOW_MS });
    expect(await index.beginRemoval('crm', '7', NOW_MS + 5)).toEqual({ atMs: NOW_MS });
    expect(await index.listContactDeals('crm', '7')).toEqual([]);
  });

  it('is kept for good where a deal named the contact, and for 90 days where none did', async () => {
    const { table, index } = setup();
    await index.saveRemoval('crm', '7', { atMs: NOW_MS, deals: 2, doneAtMs: NOW_MS + 1000 });
    await index.saveRemoval('crm', '8', { atMs: NOW_MS, deals: 0, doneAtMs: NOW_MS + 1000 });
    await index.saveRemoval('crm', '9', { atMs: NOW_MS, deals: 0 });
    expect(table.items().map(({ pk, expiresAtSeconds }) => [pk, expiresAtSeconds])).toEqual([
      ['CONTACT#crm#7', undefined],
      ['CONTACT#crm#8', Date.UTC(2027, 1, 21, 12, 0, 1) / 1000],
      ['CONTACT#crm#9', undefined],
    ]);
  });
});
