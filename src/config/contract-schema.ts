import * as z from 'zod';
import { say } from './config-problem.ts';
import { condition, crmId, email, slug, text, wholeNumber } from './words.ts';

const recipient = z
  .strictObject({
    role: text(50).describe('Role of the template that this person takes, or the name in the anchors of a file.'),
    kind: z.enum(['signer', 'approver', 'copy']),
    order: wholeNumber(1, 100, 'people with equal numbers are asked at the same time, lower numbers first'),
    contact: z
      .strictObject({
        label: text(100),
        orPrimary: z.boolean().default(false).describe("Without a match: the deal's primary or only contact."),
      })
      .exactOptional()
      .describe("The deal's contact with this association label."),
    fixed: z
      .strictObject({ name: text(100), email })
      .exactOptional()
      .describe('Always this person.'),
    owner: z.literal(true).exactOptional().describe("The deal's owner."),
  })
  .superRefine((value, context) => {
    const given = [value.contact, value.fixed, value.owner].filter((each) => each !== undefined).length;
    if (given === 1) return;
    const wrong = given === 0 ? 'nothing says who this is' : 'this says more than once who it is';
    const right = 'give exactly one of "contact" (with its label), "fixed" (name and email) and "owner: true"';
    context.addIssue({ code: 'custom', message: say(wrong, right) });
  });

const document = z
  .strictObject({
    name: text(100),
    template: text(100).exactOptional().describe('Id of a template at the e-sign provider.'),
    file: text(300).exactOptional().describe('PDF beside this file, with anchors such as /sig-customer/.'),
    when: condition.exactOptional(),
  })
  .superRefine((value, context) => {
    if ((value.template === undefined) !== (value.file === undefined)) return;
    const wrong = value.file === undefined ? 'nothing says where the document comes from' : 'this names two documents';
    context.addIssue({ code: 'custom', message: say(wrong, 'give either "template" (an id) or "file" (a PDF)') });
  });

const field = z.strictObject({
  tab: text(100).describe('Data label of the field in the document.'),
  from: text(150).describe('e.g. deal.amount, company.name, deal.property.<name in the CRM>'),
  format: z.enum(['text', 'money', 'date']).exactOptional(),
  required: z.boolean().default(true).describe('Without a value the contract waits and says so.'),
});

/** One kind of contract: for which deals, what is in it, who signs, and what happens when something happens to the deal. */
export const contractSchema = z.strictObject({
  name: slug('the name of a contract'),
  when: condition.default({}).describe('The first contract whose conditions hold is sent.'),
  esign: z.string().describe('The connection that sends it.'),
  subject: text(100),
  message: z.string().max(2000, say('this is longer than 2000 characters', 'shorten it')).default(''),
  documents: z.array(document).min(1, say('there is no document', 'add at least one')),
  recipients: z.array(recipient).min(1, say('there is no recipient', 'add at least one signer')),
  fields: z.array(field).default([]),
  reminders: z
    .strictObject({ firstAfterDays: wholeNumber(1, 365, 'days'), everyDays: wholeNumber(1, 365, 'days') })
    .exactOptional(),
  expiresAfterDays: wholeNumber(1, 999, 'days').default(120),
  approval: z
    .enum(['none', 'hub'])
    .default('none')
    .describe('hub: waits for a person to approve it in Stagepost before anything is sent.'),
  reEntry: z
    .enum(['keep', 'replace', 'ask'])
    .default('keep')
    .describe('The deal comes into procurement again while a contract exists.'),
  goingBack: z.enum(['void', 'keep']).default('void').describe('The deal goes back before procurement.'),
  lost: z.enum(['void', 'keep']).default('void'),
  deleted: z.enum(['void', 'keep']).default('keep').describe('The deal is deleted in the CRM; it may come back.'),
  declined: z.enum(['ask', 'renew']).default('ask'),
  expired: z.enum(['ask', 'renew']).default('ask'),
  voidedOutside: z.enum(['ask', 'renew']).default('ask').describe('Somebody voided it at the e-sign provider.'),
  passedThrough: z.enum(['ask', 'send']).default('ask').describe('The deal passed procurement without a contract.'),
  afterSigning: z
    .strictObject({
      advanceTo: z.strictObject({ stage: crmId, pipeline: crmId.exactOptional() }).exactOptional(),
      attach: z.boolean().default(true).describe('Attach the signed document and its certificate to the deal.'),
    })
    .prefault({}),
});
