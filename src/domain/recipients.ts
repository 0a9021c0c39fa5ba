import type { ContractRecipient } from './contract.ts';
import type { DealContact, DealFacts } from './deal-facts.ts';
import type { ContractPolicy, Mode, RecipientRule } from './policies.ts';
import type { RemediedReason } from './reasons.ts';

type Recipient = Omit<ContractRecipient, 'state' | 'stateAtMs'>;
type Person = { readonly name: string; readonly email: string };

/** DocuSign takes names of at most 100 characters (eSignature REST API, EnvelopeRecipients); nobody's hold is worth a longer one. */
const MAX_NAME = 100;
const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/;

/** Who gets the envelope, in the order of the policy; or all reasons why somebody cannot be named. */
export function recipientsFor(
  policy: ContractPolicy,
  facts: DealFacts,
  options: { readonly mode: Mode; readonly rehearseTo?: string },
): { readonly recipients: readonly Recipient[]; readonly holds: readonly RemediedReason[] } {
  const found = policy.recipients.map((rule, index) => ({ rule, index, person: personFor(rule, facts) }));
  const holds = found.flatMap(({ person }) => ('sentence' in person ? [person] : []));
  if (!policy.recipients.some((rule) => rule.kind === 'signer')) {
    holds.push({
      code: 'contract.no-signer',
      sentence: `no signer: policy "${policy.name}" names nobody who signs`,
      remedy: `add a recipient of kind signer to policy "${policy.name}" in the configuration`,
    });
  }
  if (options.mode === 'rehearse' && options.rehearseTo === undefined) {
    holds.push({
      code: 'rehearse.no-address',
      sentence: 'no rehearsal: the connection is in mode rehearse, but nobody is named to receive what would be sent',
      remedy: 'add "rehearseTo: <e-mail>" to the CRM connection in the configuration',
    });
  }
  if (holds.length > 0) return { recipients: [], holds };
  const recipients = found.flatMap(({ rule, index, person }): Recipient[] => {
    if ('sentence' in person) return [];
    const { role, kind, routingOrder } = rule;
    return [{ recipientId: String(index + 1), role, kind, routingOrder, ...rehearsed(person, options) }];
  });
  return { recipients, holds: [] };
}

function rehearsed(person: Person, options: { readonly mode: Mode; readonly rehearseTo?: string }): Person {
  if (options.mode !== 'rehearse' || options.rehearseTo === undefined) {
    return { name: person.name.slice(0, MAX_NAME), email: person.email };
  }
  const note = ` (rehearsal for ${person.email})`;
  // The note says to whom it would have gone: it stays whole, the name gives way.
  const name = `${person.name.slice(0, Math.max(1, MAX_NAME - note.length))}${note}`.slice(0, MAX_NAME);
  return { name, email: options.rehearseTo };
}

function personFor(rule: RecipientRule, facts: DealFacts): Person | RemediedReason {
  if ('fixed' in rule) return rule.fixed;
  if ('owner' in rule) return ownerOf(rule, facts);
  const contact = contactFor(rule, facts);
  if ('sentence' in contact) return contact;
  return reachable({ name: contact.name, email: contact.email }, `contact ${contact.name}`, rule);
}

function ownerOf(rule: RecipientRule, facts: DealFacts): Person | RemediedReason {
  const { owner } = facts;
  if (owner === undefined || !owner.active) {
    return {
      code: 'contract.no-owner',
      sentence:
        owner === undefined
          ? `no ${rule.role}: the deal has no owner`
          : `no ${rule.role}: the deal's owner ${owner.name} is not active in the CRM any more`,
      remedy: 'give the deal an active owner in the CRM',
      facts: { role: rule.role },
    };
  }
  return reachable({ name: owner.name, email: owner.email }, `the deal's owner ${owner.name}`, rule);
}

function contactFor(rule: RecipientRule & { contact: { label: string; orPrimary: boolean } }, facts: DealFacts) {
  const { label, orPrimary } = rule.contact;
  const labelled = facts.contacts.filter((each) => each.labels.some((given) => sameLabel(given, label)));
  const [first] = labelled;
  if (labelled.length === 1 && first !== undefined) return first;
  if (labelled.length > 1) return oneOf(labelled, label, rule);
  if (orPrimary) {
    const primary = facts.contacts.filter((each) => each.isPrimary);
    const [only] = facts.contacts.length === 1 ? facts.contacts : primary.length === 1 ? primary : [];
    if (only !== undefined) return only;
  }
  return {
    code: 'contract.no-contact',
    sentence: `no ${rule.kind}: the deal has no contact labelled "${label}"${orPrimary ? ', and no single primary contact' : ''}`,
    remedy: `add the label "${label}" to a contact of the deal in the CRM`,
    facts: { role: rule.role, label, contacts: facts.contacts.length },
  } satisfies RemediedReason;
}

/** Several with the same label: the primary contact among them, or nobody, since a contract has one address. */
function oneOf(labelled: readonly DealContact[], label: string, rule: RecipientRule): DealContact | RemediedReason {
  const primary = labelled.filter((each) => each.isPrimary);
  const [only] = primary.length === 1 ? primary : [];
  if (only !== undefined) return only;
  return {
    code: 'contract.contact-ambiguous',
    sentence: `no ${rule.kind}: ${labelled.length} contacts of the deal are labelled "${label}" (${labelled.map((each) => each.name).join(', ')})`,
    remedy: `leave the label "${label}" on one contact of the deal, or make one of them the primary contact`,
    facts: { role: rule.role, label, contacts: labelled.length },
  };
}

function sameLabel(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

function reachable(
  person: { readonly name: string; readonly email: string | undefined },
  who: string,
  rule: RecipientRule,
): Person | RemediedReason {
  const email = person.email?.trim() ?? '';
  const name = person.name.trim() === '' ? email : person.name.trim();
  if (EMAIL.test(email)) return { name, email };
  const facts = { role: rule.role };
  return email === ''
    ? {
        code: 'contract.no-email',
        sentence: `no ${rule.kind}: ${who} has no e-mail address`,
        remedy: 'add the e-mail address in the CRM',
        facts,
      }
    : {
        code: 'contract.no-email',
        sentence: `no ${rule.kind}: "${email.slice(0, 100)}" of ${who} is not an e-mail address`,
        remedy: 'correct the e-mail address in the CRM',
        facts,
      };
}
