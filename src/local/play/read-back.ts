import { createHash } from 'node:crypto';
import type { LocalHub } from '../hub.ts';
import type { PlayedDeal } from './journey.ts';

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
const SIGNERS = ['dmitri.sokolov@example.com', 'nora.nwosu@northwind.example', 'ada.okafor@example.com'];

export function readBack(hub: LocalHub, played: PlayedDeal): EndState {
  const problems: string[] = [];
  const check = (right: boolean, problem: string) => {
    if (!right) problems.push(problem);
  };
  const deal = hub.sandbox.hubspot.control.deal(played.recordId);
  const esign = hub.sandbox.docusign.control;

  const labels = deal.stageHistory.map((entry) => entry.label);
  check(labels.join(' > ') === STAGES.join(' > '), `HubSpot's stage history is ${labels.join(' > ')}`);
  check(
    deal.properties['stagepost_contract_status'] === 'completed',
    'HubSpot does not show the contract as completed',
  );

  const envelopes = esign.envelopes().filter((envelope) => isOfDeal(envelope.customFields, played.dealId));
  const completed = envelopes.filter((envelope) => envelope.status === 'completed');
  check(envelopes.length === 1, `DocuSign has ${envelopes.length} envelopes for this deal instead of 1`);
  check(completed.length === 1, `${completed.length} envelopes are completed instead of 1`);
  const invitations = esign.mails('invitation').filter((mail) => mail.envelopeId === played.envelopeId);
  for (const email of SIGNERS) {
    const count = invitations.filter((mail) => mail.to === email).length;
    check(count === 1, `${email} got ${count} invitations instead of 1`);
  }

  const tasks = deal.tasks.filter((task) => !task.archived);
  check(tasks.length === TASKS, `HubSpot has ${tasks.length} tasks instead of ${TASKS}`);
  for (const task of tasks) {
    check(task.ownerId !== undefined && task.ownerId !== '', `task "${task.subject}" has no owner`);
    check(task.dueAtMs > Date.now(), `task "${task.subject}" is not due in the future`);
  }
  check(new Set(tasks.map((task) => task.subject)).size === tasks.length, 'two tasks have the same subject');

  const files = deal.notes.flatMap((note) => note.files);
  check(files.length === 2, `HubSpot has ${files.length} attached files instead of 2`);
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
    stage: deal.stage.label,
    problems,
  };
}

function isOfDeal(fields: readonly { readonly name: string; readonly value: string }[], dealId: string): boolean {
  return fields.some((field) => field.name === 'stagepost_contract' && field.value.startsWith(`${dealId}/`));
}

/** Hash of the document as DocuSign gives it out. */
function hashAtProvider(hub: LocalHub, envelopeId: string, document: string): string {
  const bytes = hub.sandbox.docusign.control.document(envelopeId, document);
  return createHash('sha256').update(bytes).digest('hex');
}
