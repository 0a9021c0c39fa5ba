import type { ContractRecipient } from './contract.ts';
import type { RecipientState, RecipientStatus } from './signals.ts';

/** A failed e-mail or log-in can be mended by its recipient, so it is overtaken by an answer, never the other way. */
const RANK: Readonly<Record<RecipientState, number>> = {
  created: 0,
  sent: 1,
  delivered: 2,
  failed: 3,
  completed: 4,
  declined: 4,
};

/** Recipients only move on. The same array comes back when nothing is new; ids that are not ours are passed over. */
export function mergeRecipients(
  recipients: readonly ContractRecipient[],
  news: readonly RecipientStatus[],
): readonly ContractRecipient[] {
  let changed = false;
  const merged = recipients.map((recipient) => {
    const best = news
      .filter((each) => each.recipientId === recipient.recipientId)
      .reduce<RecipientStatus | undefined>(
        (a, b) => (a !== undefined && RANK[a.state] >= RANK[b.state] ? a : b),
        undefined,
      );
    if (best === undefined || RANK[best.state] <= RANK[recipient.state]) return recipient;
    changed = true;
    return { ...recipient, state: best.state, ...(best.atMs === undefined ? {} : { stateAtMs: best.atMs }) };
  });
  return changed ? merged : recipients;
}
