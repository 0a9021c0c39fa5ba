import type { Contract, ContractRecipient } from '../../domain/contract.ts';
import { isActive, moveContract } from '../../domain/contract-machine.ts';
import { HubError } from '../../domain/errors.ts';
import type { ContactRemoval } from '../../domain/signals.ts';
import type { ContactInDeal } from '../../store/contact-index.ts';
import { connectionOf } from '../connections.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';
import type { Origin } from '../record-signal.ts';
import { createRedactor, REMOVED } from './redact.ts';

const SAVE_ATTEMPTS = 12;

/**
 * Takes a contact out of everything that hangs on one deal: every item under its version, so that nobody who writes at
 * the same time is overwritten. Numbers, ids and states stay. What is out for signature is not voided: a person is asked.
 * Safe to repeat.
 */
export async function forgetInDeal(
  contact: ContactInDeal,
  removal: ContactRemoval,
  origin: Origin,
  parts: CoreParts,
): Promise<void> {
  const { dealId, names, emails } = contact;
  const { connectionId, contactId } = removal;
  const { deal, contracts } = await parts.store.loadDealItems(dealId);
  const isMeant = concerns(contact);
  const words = contracts.flatMap((each) => wordsOf(each, isMeant));
  await parts.store.rewriteDealTexts(dealId, createRedactor({ names, emails, words }));
  for (const { n, recipients } of contracts) {
    if (recipients.some(isMeant)) await askAbout(dealId, n, parts);
  }
  const sentence = `contact ${contactId} of ${connectionId} was removed on request: name and address are not kept here any more`;
  await decide(dealId, `contact/${contactId}`, { code: 'contact.removed', sentence }, parts);
  if (deal === undefined || !contracts.some(isActive)) return;
  const config = await parts.config();
  await parts.bus.publish([
    {
      type: 'deal.touched',
      detail: {
        meta: { v: 1, id: `${dealId}/${removal.id}`, traceId: origin.traceId, atMs: origin.receivedAtMs },
        dealId,
        crm: connectionOf(config, deal.leading.connectionId).provider,
        wants: ['contract', 'writes'],
      },
    },
  ]);
}

/** One that carries the mark already may be another person's; then the question is asked about that one, which is right too. */
function concerns({ names, emails }: ContactInDeal): (recipient: ContractRecipient) => boolean {
  const redact = createRedactor({ names, emails });
  return ({ name, email }) => email === REMOVED || redact(name) !== name || redact(email) !== email;
}

/** What the person gave as a reason for declining are the person's own words. */
function wordsOf({ state, endReason, recipients }: Contract, isMeant: (recipient: ContractRecipient) => boolean) {
  const declined = state === 'declined' && recipients.some((each) => each.state === 'declined' && isMeant(each));
  return declined && endReason !== undefined ? [endReason] : [];
}

/** What waits for a person is not sent before the worker has read the deal again; what is out goes on until somebody acts. */
const ASKED_ABOUT: readonly Contract['state'][] = ['awaiting-approval', 'sending', 'sent', 'delivered'];

async function askAbout(dealId: string, n: number, parts: CoreParts): Promise<void> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const contract = await parts.store.loadContract(dealId, n);
    if (contract === undefined || !ASKED_ABOUT.includes(contract.state) || contract.voiding !== undefined) return;
    const nowMs = parts.clock.nowMs();
    const hold = {
      code: 'contract.recipient-removed',
      sentence: `a recipient of contract ${n} was removed from the CRM on request; the e-sign account still has name and address, and nothing is voided by itself`,
      remedy: `decide whether it goes on; if not, \`npx stagepost void ${dealId} ${n}\`, and have the envelope deleted in the e-sign account`,
    };
    const outcome = moveContract(contract, { kind: 'held', hold }, nowMs);
    if (outcome.outcome !== 'moved') return;
    if ((await parts.store.saveContract(outcome.contract)) !== 'conflict') return;
  }
  throw new HubError('store.contended', `contract ${n} of deal ${dealId} is changed too often at the moment`, {
    retry: { afterMs: 2000 },
    context: { dealId },
  });
}
