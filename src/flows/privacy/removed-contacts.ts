import type { DealFacts } from '../../domain/deal-facts.ts';
import type { CoreParts } from '../parts.ts';

/** A CRM may go on showing a contact for a while after it was told to forget it: nobody is asked to sign by that. */
export async function leaveOutRemoved(
  facts: DealFacts | undefined,
  connectionId: string,
  parts: CoreParts,
): Promise<DealFacts | undefined> {
  if (facts === undefined) return undefined;
  const marks = await Promise.all(facts.contacts.map(({ id }) => parts.store.loadRemoval(connectionId, id)));
  if (marks.every((mark) => mark === undefined)) return facts;
  return { ...facts, contacts: facts.contacts.filter((_, index) => marks[index] === undefined) };
}

/** A recipient's name is cut at this length (`recipientsFor`): what is left of it is the same person's. */
const CUT_AT = 100;

/**
 * Notes which contacts of the deal the texts name, before these are written down: whoever is removed on request is found
 * by it. Nothing is noted of contacts that are not named.
 */
export async function noteNamed(
  dealId: string,
  connectionId: string,
  facts: DealFacts | undefined,
  texts: readonly string[],
  parts: CoreParts,
): Promise<void> {
  const said = texts.join('\n');
  for (const { id, name, email } of facts?.contacts ?? []) {
    const known = name.trim();
    const names = [known, known.slice(0, CUT_AT).trim()].filter((each) => each !== '' && said.includes(each));
    const address = email?.trim() ?? '';
    const isNamed = names.length > 0 || (address !== '' && said.includes(address));
    if (!isNamed) continue;
    for (const each of new Set([known, ...names])) {
      await parts.store.noteContact(connectionId, id, dealId, { name: each, email: address });
    }
  }
}
