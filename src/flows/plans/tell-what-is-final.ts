import { type HubError, isHubError } from '../../domain/errors.ts';
import type { Decision } from '../../domain/plan.ts';
import { decide } from '../decisions.ts';
import type { CoreParts } from '../parts.ts';

/** Trouble of the hub itself: that belongs in the dead-letter queue, where its operator looks. */
const OURS = /^(store|bus|queue|config|environment|message)\./;

/**
 * Runs a look at a CRM that may be closed to us: a dead grant, a missing right, wrong settings. Nobody has to find that
 * in a dead-letter queue: it stands on the deal with what would mend it, and the next look tries again. Throws everything
 * else, above all what mends itself.
 *
 * @param look gives the decisions that stood when it began
 */
export async function tellWhatIsFinal(
  dealId: string,
  subject: 'crm/plans' | 'crm/writes',
  parts: CoreParts,
  look: () => Promise<readonly Decision[]>,
): Promise<void> {
  try {
    const standing = await look();
    const told = standing.find((decision) => decision.subject === subject);
    if (told === undefined || told.reason.code === 'crm.answers') return;
    await decide(dealId, subject, { code: 'crm.answers', sentence: 'the CRM can be worked with again' }, parts);
  } catch (error) {
    const what = subject === 'crm/plans' ? 'tasks' : 'what the CRM has to be told';
    if (isHubError(error) && saysThatItWaits(error)) {
      await decide(dealId, subject, { code: error.code, sentence: `work on ${what} waits: ${error.message}` }, parts);
    }
    if (!isHubError(error) || error.retry !== 'never' || OURS.test(error.code)) throw error;
    const code = error.code.startsWith('crm.') ? error.code : `crm.${error.code}`;
    const sentence = `no work on ${what} is possible: ${error.message}`;
    parts.log('warn', 'look.stopped', { dealId, code });
    await decide(dealId, subject, { code, sentence }, parts, 'mend the cause, then `npx stagepost retry` the deal');
  }
}

/** Outages and spent limits mend themselves, and nobody has to act; whoever looks at the deal wants to know all the same. */
const PASSES = /^(crm|esign)\.(rate-limited|unavailable|locked)$/;

export function saysThatItWaits(error: HubError): boolean {
  return error.retry !== 'never' && PASSES.test(error.code);
}

/** Somebody was told that the CRM is closed to us, and that still stands. */
export function isTold(standing: readonly Decision[], subject: 'crm/plans' | 'crm/writes'): boolean {
  return standing.some((decision) => decision.subject === subject && decision.remedy !== undefined);
}
