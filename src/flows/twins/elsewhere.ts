import type { Reason } from '../../domain/contract.ts';
import { isActive } from '../../domain/contract-machine.ts';
import { contractInWords } from '../../domain/contract-words.ts';
import type { Deal } from '../../domain/deal.ts';
import { isOverRehearsal } from '../../domain/mode.ts';
import type { HubConfig } from '../../domain/policies.ts';
import type { OtherDeal } from './claim-deal.ts';

interface Elsewhere {
  readonly reason: Reason;
  readonly remedy: string;
}

/** The same opportunity has a contract under another deal: a second one waits for people, whatever became of the records. */
export function contractElsewhere(others: readonly OtherDeal[], deal: Deal, config: HubConfig): Elsewhere | undefined {
  for (const { dealId, contracts } of others) {
    const counts = contracts.filter((contract) => !isOverRehearsal(contract, deal, config));
    const standing = counts.findLast((contract) => isActive(contract) || contract.state === 'completed');
    if (standing === undefined) continue;
    const words = contractInWords(standing, config.calendar.timeZone);
    const remedy =
      standing.state === 'completed'
        ? 'nothing if that contract stands; if another one is wanted, send it by hand'
        : `void contract ${standing.n} of ${dealId} if this deal is to get one of its own, then \`npx stagepost retry\` this deal`;
    return {
      reason: {
        code: 'twin.contract-elsewhere',
        sentence: `no contract: ${words} under ${dealId}, which is the same deal`,
        facts: { otherDealId: dealId, n: standing.n },
      },
      remedy,
    };
  }
  return undefined;
}

/**
 * The same opportunity has this play's tasks under another deal.
 *
 * @param sinceMs older ones were for an earlier entry
 */
export function planElsewhere(others: readonly OtherDeal[], play: string, sinceMs: number): Elsewhere | undefined {
  const other = others.find(({ plans }) => plans.some((plan) => plan.play === play && plan.createdAtMs >= sinceMs));
  if (other === undefined) return undefined;
  return {
    reason: {
      code: 'twin.plan-elsewhere',
      sentence: `no tasks: play "${play}" has its tasks under ${other.dealId}, which is the same deal`,
      facts: { otherDealId: other.dealId, play },
    },
    remedy: 'create by hand what is missing',
  };
}
