import { HubError } from '../domain/errors.ts';
import { CONTACT_DEAL_PREFIX, contactDealKey, contactPk, contactRemovalKey } from './keys.ts';
import type { Item, Table } from './table.ts';
import { dataOf } from './versioned.ts';

/** A deal whose items may name a contact, and how. */
export interface ContactInDeal {
  readonly contactId: string;
  readonly dealId: string;
  /** Optimistic lock: names that are noted meanwhile must not be dropped unseen. */
  readonly version: number;
  readonly names: readonly string[];
  readonly emails: readonly string[];
  /** When its items were last gone over; absent when something was noted since. */
  readonly goneOverAtMs?: number;
}

/** That a contact was removed on request: its id and when, nothing else of it. */
export interface RemovalMark {
  readonly atMs: number;
  readonly doneAtMs?: number;
  /** How many deals named it. */
  readonly deals?: number;
}

/**
 * Finds what the hub wrote of a contact without going through all deals: a CRM that was told to forget somebody names an
 * id and no name. Costs nothing where nobody is named, and an item per contact and deal where somebody is.
 */
export interface ContactIndex {
  /** To be called before the name or address is written into an item of the deal. HubError `store.contended` (retryable). */
  noteContact(
    connectionId: string,
    contactId: string,
    dealId: string,
    told: { readonly name: string; readonly email: string | undefined },
  ): Promise<void>;
  listContactDeals(connectionId: string, contactId: string): Promise<readonly ContactInDeal[]>;
  /** `conflict`: something was noted meanwhile. */
  markGoneOver(connectionId: string, contact: ContactInDeal, atMs: number): Promise<'written' | 'conflict'>;
  /** `conflict`: something was noted meanwhile. */
  dropContactDeal(connectionId: string, contact: ContactInDeal): Promise<'written' | 'conflict'>;
  loadRemoval(connectionId: string, contactId: string): Promise<RemovalMark | undefined>;
  /** The mark that stands: this one, unless it was begun before. */
  beginRemoval(connectionId: string, contactId: string, atMs: number): Promise<RemovalMark>;
  /** Kept for good where a deal named the contact; for 90 days after it is done where none did. */
  saveRemoval(connectionId: string, contactId: string, mark: RemovalMark): Promise<void>;
}

type StoredContact = Omit<ContactInDeal, 'version' | 'contactId'> & { readonly v: 1 };

const NOTE_ATTEMPTS = 10;
const KEPT_UNNAMED_DAYS = 90;

export function createContactIndex(table: Table): ContactIndex {
  async function noteContact(
    connectionId: string,
    contactId: string,
    dealId: string,
    told: { readonly name: string; readonly email: string | undefined },
  ): Promise<void> {
    const key = contactDealKey(connectionId, contactId, dealId);
    for (let attempt = 0; attempt < NOTE_ATTEMPTS; attempt += 1) {
      const item = await table.get<StoredContact>(key);
      const before = item === undefined ? undefined : dataOf(item);
      const names = withText(before?.names ?? [], told.name);
      const emails = withText(before?.emails ?? [], told.email);
      const isKnown = names === before?.names && emails === before.emails && before.goneOverAtMs === undefined;
      if (isKnown) return;
      const data: StoredContact = { v: 1, dealId, names, emails };
      const outcome =
        item === undefined
          ? await table.create({ ...key, version: 1, data })
          : await table.replace({ ...key, version: item.version + 1, data }, item.version);
      if (outcome === 'written') return;
    }
    // Nothing may be written that nobody would find again.
    throw new HubError('store.contended', `contact ${contactId} of ${connectionId} is noted too often at the moment`, {
      retry: { afterMs: 2000 },
      context: { connectionId },
    });
  }

  return {
    noteContact,
    async listContactDeals(connectionId, contactId) {
      const pk = contactPk(connectionId, contactId);
      const items = await table.query<StoredContact>(pk, { prefix: CONTACT_DEAL_PREFIX });
      return items.map((item) => contactOf(item, contactId));
    },
    async markGoneOver(connectionId, { contactId, version, ...known }, goneOverAtMs) {
      const key = contactDealKey(connectionId, contactId, known.dealId);
      const data: StoredContact = { v: 1, ...known, goneOverAtMs };
      return table.replace({ ...key, version: version + 1, data }, version);
    },
    dropContactDeal: (connectionId, { contactId, dealId, version }) =>
      table.remove(contactDealKey(connectionId, contactId, dealId), version),
    async loadRemoval(connectionId, contactId) {
      const item = await table.get<RemovalMark & { v: 1 }>(contactRemovalKey(connectionId, contactId));
      return item === undefined ? undefined : markOf(item);
    },
    async beginRemoval(connectionId, contactId, atMs) {
      const key = contactRemovalKey(connectionId, contactId);
      const outcome = await table.create({ ...key, version: 1, data: { v: 1, atMs } });
      const item = outcome === 'written' ? undefined : await table.get<RemovalMark & { v: 1 }>(key);
      return item === undefined ? { atMs } : markOf(item);
    },
    async saveRemoval(connectionId, contactId, mark) {
      const { doneAtMs, deals = 0 } = mark;
      const isForgotten = doneAtMs !== undefined && deals === 0;
      await table.put({
        ...contactRemovalKey(connectionId, contactId),
        version: 1,
        data: { v: 1, ...mark },
        ...(isForgotten ? { expiresAtSeconds: Math.floor(doneAtMs / 1000) + KEPT_UNNAMED_DAYS * 86_400 } : {}),
      });
    },
  };
}

/** The same list when it holds the text already. */
function withText(known: readonly string[], text: string | undefined): readonly string[] {
  return text === undefined || text === '' || known.includes(text) ? known : [...known, text];
}

function contactOf(item: Item<StoredContact>, contactId: string): ContactInDeal {
  const { v: _, ...known } = dataOf(item);
  return { contactId, version: item.version, ...known };
}

function markOf(item: Item<RemovalMark & { v: 1 }>): RemovalMark {
  const { v: _, ...mark } = dataOf(item);
  return mark;
}
