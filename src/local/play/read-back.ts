import { createHash } from 'node:crypto';
import type { LocalHub } from '../hub.ts';
import type { PlayedDeal } from './journey.ts';
import type { PlayedTwin } from './twin-deal.ts';

/** What the simulators say in the end, read as a client would, not taken from the hub. */
export interface EndState {
  readonly envelopesSent: number;
  readonly signed: number;
  readonly tasksCreated: number;
  readonly attachments: number;
  readonly stage: string;
  /** Everything that is not as it should be; empty means right. */
  readonly problems: readonly string[];
}

const STAGES = [
  'Prospecting',
  'Qualification',
  'Solutioning',
  'Demonstration',
  'Negotiation',
  'Procurement',
  'Implementation',
  'Management',
  'Expansion',
];
/** Of the sample configuration: two at solutioning, eight at implementation. */
const TASKS = 10;
const LEGAL = 'dmitri.sokolov@example.com';
const OWNER = 'ada.okafor@example.com';

/** One record as the CRM shows it, in the words of this check. */
interface SeenRecord {
  readonly crm: string;
  readonly stages: readonly string[];
  readonly stage: string;
  readonly contractStatus: string | undefined;
  readonly tasks: readonly { readonly subject: string; readonly owner: string; readonly dueAtMs: number }[];
  readonly files: readonly { readonly sha256: string }[];
}

/** The deal that was played in HubSpot alone. */
export function readBack(hub: LocalHub, played: PlayedDeal): EndState {
  return endState(hub, played, hubspotRecord(hub, played.recordId), 'nora.nwosu@northwind.example');
}

/** The one that was played in Salesforce alone. */
export function readBackSalesforce(hub: LocalHub, played: PlayedDeal): EndState {
  return endState(hub, played, salesforceRecord(hub, played.recordId), 'femke.bos@fabrikam.example');
}

/** The one that has a record in both: everything once, in Salesforce, and nothing of it in HubSpot. */
export function readBackTwin(hub: LocalHub, played: PlayedTwin): EndState {
  const end = endState(hub, played, salesforceRecord(hub, played.recordId), 'aiko.mori@tailspin.example');
  const twin = hubspotRecord(hub, played.hubspotId);
  const ids = [`hubspot-main.${played.hubspotId}`, `salesforce-main.${played.recordId}`];
  const others = ids.filter((id) => id !== played.dealId).flatMap((id) => envelopesOf(hub, id));
  const problems = [
    ...end.problems,
    ...(twin.stages.join(' > ') === STAGES.join(' > ') ? [] : [`HubSpot's twin went ${twin.stages.join(' > ')}`]),
    ...(twin.tasks.length === 0 ? [] : [`HubSpot has ${twin.tasks.length} tasks for a deal that Salesforce leads`]),
    ...(twin.files.length === 0 ? [] : [`HubSpot has ${twin.files.length} files of a deal that Salesforce leads`]),
    ...(others.length === 0 ? [] : [`DocuSign has ${others.length} envelopes for one of the records alone`]),
  ];
  return { ...end, problems };
}

function hubspotRecord(hub: LocalHub, recordId: string): SeenRecord {
  const deal = hub.sandbox.hubspot.control.deal(recordId);
  return {
    crm: 'HubSpot',
    stages: deal.stageHistory.map((entry) => entry.label),
    stage: deal.stage.label,
    contractStatus: deal.properties['stagepost_contract_status'],
    tasks: deal.tasks
      .filter((task) => !task.archived)
      .map(({ subject, ownerId = '', dueAtMs }) => ({ subject, owner: ownerId, dueAtMs })),
    files: deal.notes.flatMap((note) => note.files),
  };
}

function salesforceRecord(hub: LocalHub, recordId: string): SeenRecord {
  const opportunity = hub.sandbox.salesforce.control.opportunity(recordId);
  const status = opportunity.fields['Stagepost_Contract_Status__c'];
  return {
    crm: 'Salesforce',
    stages: opportunity.stageHistory.map((entry) => entry.stageId),
    stage: opportunity.stage.id,
    contractStatus: typeof status === 'string' ? status : undefined,
    tasks: opportunity.tasks
      .filter((task) => !task.isDeleted)
      .map(({ subject, ownerId, dueDate = '' }) => ({ subject, owner: ownerId, dueAtMs: Date.parse(dueDate) })),
    files: opportunity.files,
  };
}

function endState(hub: LocalHub, played: PlayedDeal, record: SeenRecord, customer: string): EndState {
  const problems: string[] = [];
  const check = (right: boolean, problem: string) => {
    if (!right) problems.push(problem);
  };
  const { crm, tasks, files } = record;

  check(record.stages.join(' > ') === STAGES.join(' > '), `${crm}'s stage history is ${record.stages.join(' > ')}`);
  check(record.contractStatus === 'completed', `${crm} does not show the contract as completed`);

  const envelopes = envelopesOf(hub, played.dealId);
  const completed = envelopes.filter((envelope) => envelope.status === 'completed');
  check(envelopes.length === 1, `DocuSign has ${envelopes.length} envelopes for this deal instead of 1`);
  check(completed.length === 1, `${completed.length} envelopes are completed instead of 1`);
  const invitations = hub.sandbox.docusign.control
    .mails('invitation')
    .filter((mail) => mail.envelopeId === played.envelopeId);
  for (const email of [LEGAL, customer, OWNER]) {
    const count = invitations.filter((mail) => mail.to === email).length;
    check(count === 1, `${email} got ${count} invitations instead of 1`);
  }

  check(tasks.length === TASKS, `${crm} has ${tasks.length} tasks instead of ${TASKS}`);
  for (const task of tasks) {
    check(task.owner !== '', `task "${task.subject}" has no owner`);
    check(task.dueAtMs > Date.now(), `task "${task.subject}" is not due in the future`);
  }
  check(new Set(tasks.map((task) => task.subject)).size === tasks.length, 'two tasks have the same subject');

  check(files.length === 2, `${crm} has ${files.length} attached files instead of 2`);
  for (const kind of ['combined', 'certificate']) {
    const sha256 = hashAtProvider(hub, played.envelopeId, kind);
    check(
      files.some((file) => file.sha256 === sha256),
      `no attached file is DocuSign's ${kind} document`,
    );
  }

  return {
    envelopesSent: envelopes.filter((envelope) => envelope.sentAtMs !== undefined).length,
    signed: completed.flatMap((envelope) => envelope.recipients).filter((each) => each.status === 'completed').length,
    tasksCreated: tasks.length,
    attachments: files.length,
    stage: record.stage,
    problems,
  };
}

function envelopesOf(hub: LocalHub, dealId: string) {
  return hub.sandbox.docusign.control
    .envelopes()
    .filter(({ customFields }) =>
      customFields.some(({ name, value }) => name === 'stagepost_contract' && value.startsWith(`${dealId}/`)),
    );
}

/** Hash of the document as DocuSign gives it out. */
function hashAtProvider(hub: LocalHub, envelopeId: string, document: string): string {
  const bytes = hub.sandbox.docusign.control.document(envelopeId, document);
  return createHash('sha256').update(bytes).digest('hex');
}
