import { createHash } from 'node:crypto';

/**
 * Key under which the task is found again in the CRM: the whole identity, shortened so that every CRM can hold it.
 * Deal, plan and task decide it, nothing else.
 */
export function effectKeyOf(dealId: string, planKey: string, taskKey: string): string {
  const digest = createHash('sha256').update(`${dealId}\n${planKey}\n${taskKey}`).digest('hex').slice(0, 24);
  return `sp-${digest}`;
}
