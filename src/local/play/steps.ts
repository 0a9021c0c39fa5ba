import { currentStage } from '../../domain/entries.ts';
import type { Stage } from '../../domain/stages.ts';
import type { LocalHub } from '../hub.ts';
import { until } from './until.ts';

/** Waits until the hub has the deal in this stage. */
export async function reaches(hub: LocalHub, dealId: string, stage: Stage): Promise<void> {
  await until(`deal ${dealId} is in ${stage}`, async () => {
    const deal = await hub.store.loadDeal(dealId);
    return deal !== undefined && currentStage(deal) === stage ? true : undefined;
  });
}

/** Plays that hang on a stage on the way: their tasks, with owners and due dates. */
export async function playTasks(hub: LocalHub, dealId: string, stage: Stage): Promise<readonly string[]> {
  const plays = hub.config.plays.filter((play) => play.stage === stage);
  const lines: string[] = [];
  for (const play of plays) {
    const tasks = await until(`the tasks of play ${play.name} exist`, async () => {
      const items = await hub.store.loadDealItems(dealId);
      const plan = items.plans.find((each) => each.play === play.name);
      const done = items.tasks.filter((task) => task.planKey === plan?.key && task.state === 'done');
      return plan !== undefined && done.length === plan.taskKeys.length ? done : undefined;
    });
    lines.push(`${tasks.length} tasks of play "${play.name}" created:`);
    const byDueDate = [...tasks].sort((a, b) => a.dueAtMs - b.dueAtMs);
    for (const task of byDueDate) lines.push(`  ${task.dueDate}  ${task.ownerName ?? 'nobody'}: ${task.title}`);
  }
  return lines;
}
