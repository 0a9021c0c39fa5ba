import * as z from 'zod';
import { CYCLE_STAGES } from '../domain/stages.ts';
import { say } from './config-problem.ts';
import { condition, email, slug, text, wholeNumber } from './words.ts';

const owner = z
  .strictObject({
    dealOwner: z.literal(true).exactOptional(),
    email: email.exactOptional(),
    property: text(100).exactOptional().describe('CRM property of the deal that holds an owner.'),
  })
  .superRefine((value, context) => {
    if (Object.keys(value).length === 1) return;
    const right = 'give exactly one of "dealOwner: true", "email" and "property"; further choices are further entries';
    context.addIssue({ code: 'custom', message: say('an owner is named in exactly one way', right) });
  });

const task = z.strictObject({
  key: slug('the key of a task'),
  title: text(200),
  body: z.string().max(5000, say('this is longer than 5000 characters', 'shorten it')).default(''),
  priority: z.enum(['low', 'medium', 'high']).default('medium'),
  owner: z
    .array(owner)
    .min(1, say('nobody owns this task', 'name at least one owner, or leave "owner" out for the deal owner'))
    .default([{ dealOwner: true }])
    .describe('Tried in order; the first that is an active owner in the CRM gets the task.'),
  dueInBusinessDays: wholeNumber(0, 365, 'business days, counted from the start or from the tasks in "after"'),
  after: z.array(z.string()).default([]).describe('Keys of tasks that come first.'),
  when: condition.exactOptional(),
});

/** Which tasks a stage brings. */
export const playSchema = z.strictObject({
  name: slug('the name of a play'),
  stage: z.enum(CYCLE_STAGES),
  when: condition.default({}),
  repeat: z.enum(['once', 'every-entry']).default('once'),
  needsSignedContract: z.boolean().default(false).describe('Waits until the contract of the deal is signed.'),
  whenDealGoesBack: z.enum(['pause', 'keep']).default('pause'),
  tasks: z.array(task).min(1, say('the play has no tasks', 'add at least one')),
});
