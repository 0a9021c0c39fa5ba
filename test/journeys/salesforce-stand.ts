import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { NewOpportunity } from '../../src/crm/salesforce/simulator/new-opportunity.ts';
import { currentStage } from '../../src/domain/entries.ts';
import type { Stage } from '../../src/domain/stages.ts';
import type { SimEnvelope } from '../../src/esign/docusign/simulator/state.ts';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import type { DealItems } from '../../src/store/deal-items.ts';
import type { Stand } from './hub-stand.ts';
import type { Answer } from './signed-webhook.ts';

export const SALESFORCE_PATH = '/webhooks/salesforce/salesforce-main';
export const ORG_ID = '00D5f000001ZzXkEAK';

/** What each kind of secret of a connection is derived with; written down here once more, on purpose. */
const PURPOSES = {
  urlToken: 'stagepost/salesforce/outbound-message/v1',
  apiKey: 'stagepost/salesforce/flow-api-key/v1',
  bodyKey: 'stagepost/salesforce/flow-body-key/v1',
} as const;

export function salesforceToken(stand: Stand, purpose: keyof typeof PURPOSES): string {
  const secret = stand.hub.sandbox.secrets['salesforce'] as { readonly signingKeys: readonly string[] };
  return createHmac('sha256', secret.signingKeys[0] ?? '')
    .update(PURPOSES[purpose])
    .digest('base64url');
}

export interface SoapOptions {
  readonly path?: string;
  /** In place of the right one; `null`: none. */
  readonly token?: string | null;
  readonly contentType?: string;
}

/** Posts a message as Salesforce does: the token in the URL, no signature. */
export async function postSoap(stand: Stand, body: string | Uint8Array, options: SoapOptions = {}): Promise<Answer> {
  const { path = SALESFORCE_PATH, token = salesforceToken(stand, 'urlToken'), contentType = 'text/xml' } = options;
  const response = await fetch(`${stand.hub.url}${path}${token === null ? '' : `?token=${token}`}`, {
    method: 'POST',
    body: body as Uint8Array<ArrayBuffer>,
    headers: { 'content-type': `${contentType}; charset=utf-8`, soapaction: '""' },
  });
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

export interface Soap {
  readonly orgId?: string;
  readonly session?: string;
  /** Before the root element. */
  readonly prologue?: string;
  readonly soapNamespace?: string;
  readonly namespace?: string;
}

/** An Outbound Message, as an org sends it. */
export function soap(notifications: readonly string[], parts: Soap = {}): string {
  const { orgId = ORG_ID, session = '', prologue = '' } = parts;
  const { soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/' } = parts;
  const { namespace = 'http://soap.sforce.com/2005/09/outbound' } = parts;
  return `<?xml version="1.0" encoding="UTF-8"?>${prologue}
<soapenv:Envelope xmlns:soapenv="${soapNamespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="${namespace}">
   <OrganizationId>${orgId}</OrganizationId>
   <ActionId>04k5f000000PqRsAAK</ActionId>
   <SessionId>${session}</SessionId>
   ${notifications.join('\n   ')}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
}

let notifications = 0;

/** @param text in place of an id, whatever it is */
export function notified(text: string, type = 'Opportunity', namespace = 'urn:sobject.enterprise.soap.sforce.com') {
  notifications += 1;
  const id = `04l5f00000${String(notifications).padStart(5, '0')}`;
  return `<Notification><Id>${id}</Id><sObject xsi:type="sf:${type}" xmlns:sf="${namespace}"><sf:Id>${text}</sf:Id></sObject></Notification>`;
}

export function salesforceItems(stand: Stand, recordId: string): Promise<DealItems> {
  return stand.hub.store.loadDealItems(`salesforce-main.${recordId}`);
}

/** Stage in the hub's record; undefined while there is no deal. */
export async function stageIn(stand: Stand, recordId: string): Promise<Stage | undefined> {
  const { deal } = await salesforceItems(stand, recordId);
  return deal === undefined ? undefined : currentStage(deal);
}

export async function recordedIn(stand: Stand, recordId: string, stage: Stage): Promise<void> {
  await until(
    `${recordId} is recorded in ${stage}`,
    async () => (await stageIn(stand, recordId)) === stage || undefined,
  );
}

/** All that stands on the deal's timeline now: each sentence, with what would mend it. */
export async function told(stand: Stand, recordId: string): Promise<readonly string[]> {
  const { standing } = await salesforceItems(stand, recordId);
  return standing.map(({ reason, remedy }) =>
    remedy === undefined ? reason.sentence : `${reason.sentence}; ${remedy}`,
  );
}

/** Envelopes of the deal at the e-sign provider, drafts and deleted ones included, oldest first. */
export function salesforceEnvelopes(stand: Stand, recordId: string): readonly SimEnvelope[] {
  return stand.esign
    .envelopes()
    .filter(({ customFields }) =>
      customFields.some(
        ({ name, value }) => name === 'stagepost_contract' && value.startsWith(`salesforce-main.${recordId}/`),
      ),
    );
}

export async function contractIs(stand: Stand, recordId: string, state: string, n = 1): Promise<void> {
  await until(`contract ${n} of ${recordId} is ${state}`, async () => {
    const { contracts } = await salesforceItems(stand, recordId);
    return contracts.find((each) => each.n === n)?.state === state ? true : undefined;
  });
}

/** A new opportunity that enters procurement. Born there, it would wait for a twin in HubSpot first. */
export function inProcurement(stand: Stand, changes: Partial<NewOpportunity> = {}): string {
  const { id } = stand.salesforce.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Negotiation', ...changes });
  stand.salesforce.moveOpportunity(id, 'Procurement');
  return id;
}

/** One with its contract out for signature. */
export async function sentOpportunity(
  stand: Stand,
  changes: Partial<NewOpportunity> = {},
): Promise<{ readonly id: string; readonly envelopeId: string }> {
  const id = inProcurement(stand, changes);
  await contractIs(stand, id, 'sent');
  await settled(stand);
  return { id, envelopeId: salesforceEnvelopes(stand, id)[0]?.envelopeId ?? '' };
}

/** Legal approver, customer, counter-signer. */
export function signAll(stand: Stand, envelopeId: string): void {
  for (const recipient of ['1', '2', '3']) stand.esign.sign(envelopeId, recipient);
}

/** Does something in the org of which neither a message nor an event tells. */
export function silently<T>(stand: Stand, change: () => T): T {
  stand.salesforce.switches.set({ outboundMessages: false });
  stand.salesforce.relay.turn(false);
  try {
    return change();
  } finally {
    stand.salesforce.switches.set({ outboundMessages: true });
    stand.salesforce.relay.turn(true);
  }
}

/** Requests that the org got, as `METHOD path?query`, decoded. */
export function requestsTo(stand: Stand, match: RegExp): readonly string[] {
  return stand.salesforce.requests
    .list()
    .map(({ method, path, query }) => `${method} ${path}${decodeURIComponent(query.replaceAll('+', ' '))}`)
    .filter((line) => match.test(line));
}

/** Long enough for messages that Salesforce collects before it sends them, and until nothing is left to do. */
export async function settled(stand: Stand): Promise<void> {
  await pause(60);
  await stand.whenQuiet();
}

/**
 * Waits until a signed contract is handed over, then looks at everything: one envelope, both files, stage, fields and
 * tasks once, and nothing that waits for anybody.
 *
 * @param told titles of tasks that told somebody of trouble on the way; `something` where that depends on who came first
 */
export async function everythingIsThereOnce(
  stand: Stand,
  recordId: string,
  told: readonly string[] | 'something' = [],
): Promise<void> {
  const { salesforce } = stand;
  const isNotice = (subject: string) =>
    told === 'something' && /^(Waiting for you|Not written to the CRM): /.test(subject);
  const expected = told === 'something' ? ONBOARDING : [...ONBOARDING, ...told];
  const handedOver = () => salesforce.tasks(recordId).filter(({ subject }) => !isNotice(subject));
  await until('the tasks are there', () => (handedOver().length >= expected.length ? true : undefined));
  await recordedIn(stand, recordId, 'implementation');
  await settled(stand);
  const { stage, stageHistory, files, fields } = salesforce.opportunity(recordId);
  expect([stage.id, fields['Stagepost_Contract_Status__c'], fields['Stagepost_Onboarding_Status__c']]).toEqual([
    'Implementation',
    'completed',
    '8 tasks created',
  ]);
  expect(stageHistory.map(({ stageId }) => stageId)).toEqual(['Negotiation', 'Procurement', 'Implementation']);
  expect(files.map(({ name }) => /-contract-1-(certificate|signed-document)/.exec(name)?.[1]).toSorted()).toEqual([
    'certificate',
    'signed-document',
  ]);
  expect(
    handedOver()
      .map(({ subject }) => subject)
      .toSorted(),
  ).toEqual(expected.toSorted());
  expect(salesforceEnvelopes(stand, recordId).map(({ status }) => status)).toEqual(['completed']);
  const { standing } = await salesforceItems(stand, recordId);
  expect(standing.filter(({ remedy }) => remedy !== undefined)).toEqual([]);
  expect(standing.filter(({ reason }) => / waits: /.test(reason.sentence))).toEqual([]);
}

/** Tasks of the sample configuration for the sample opportunity. */
const ONBOARDING: readonly string[] = [
  'Connect the systems of Fabrikam Logistics',
  'Create accounts and access for Fabrikam Logistics',
  'Go live with Fabrikam Logistics',
  'Hand over from sales: Fabrikam Logistics - analytics rollout',
  'Kick-off call with Fabrikam Logistics',
  'Migrate the data of Fabrikam Logistics',
  'Review the first weeks with Fabrikam Logistics',
  'Train the users of Fabrikam Logistics',
];
