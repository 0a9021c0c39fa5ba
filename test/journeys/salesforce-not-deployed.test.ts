import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSalesforceSimulator } from '../../src/crm/salesforce/simulator/simulator.ts';
import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { SAMPLE_OPPORTUNITY } from '../../src/local/play/salesforce-deal.ts';
import { until } from '../../src/local/play/until.ts';
import { SALESFORCE_ACCOUNT } from '../../src/local/sandbox/accounts.ts';
import { openSandboxStorage } from '../../src/local/sandbox-kit/records.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';

const FIELDS = [
  'Stagepost_Contract_Status__c',
  'Stagepost_Contract_Envelope__c',
  'Stagepost_Contract_Sent_At__c',
  'Stagepost_Contract_Signed_At__c',
  'Stagepost_Onboarding_Status__c',
];

let folder: string;
let hub: LocalHub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagepost-journey-'));
  await makeBareOrg(join(folder, 'sandbox'));
  hub = await startLocalHub({ folder, configFile: 'stagepost.config.yaml', port: 0, log: silentLog });
});
afterAll(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

/** An org as it is before anybody has deployed what `npx stagepost setup` writes. */
async function makeBareOrg(sandbox: string): Promise<void> {
  await mkdir(sandbox, { recursive: true });
  const storage = openSandboxStorage(join(sandbox, 'salesforce.sqlite'));
  createSalesforceSimulator({
    storage,
    ...{ clock: systemClock, random: () => 0.5, baseUrl: undefined, clientId: 'x', clientSecret: 'x' },
    ...SALESFORCE_ACCOUNT,
    deployed: false,
  });
  storage.close();
}

it('an org without the fields gets everything else, and the fields once they are deployed', async () => {
  const org = hub.sandbox.salesforce.control;
  const esign = hub.sandbox.docusign.control;
  const { id } = org.createOpportunity({ ...SAMPLE_OPPORTUNITY, stage: 'Negotiation' });
  org.moveOpportunity(id, 'Procurement');
  const dealId = `salesforce-main.${id}`;
  const envelopeId = await until('the contract is sent', async () => {
    const contract = await hub.store.loadContract(dealId, 1);
    return contract?.state === 'sent' ? contract.envelopeId : undefined;
  });
  for (const recipient of ['1', '2', '3']) esign.sign(envelopeId, recipient);
  const notice = 'Not written to the CRM: Fabrikam Logistics - analytics rollout';
  await until('the tasks are there', () => (org.tasks(id).length === 9 ? true : undefined));
  await hub.host.whenQuiet(20_000);

  const { standing, tasks } = await hub.store.loadDealItems(dealId);
  expect(standing.flatMap(({ reason, remedy }) => (remedy === undefined ? [] : [reason.sentence]))).toEqual([
    'the Salesforce org does not have, or does not show to the integration user, the field Stagepost_Contract_Status__c, Stagepost_Contract_Envelope__c, Stagepost_Contract_Sent_At__c, Stagepost_Contract_Signed_At__c, Stagepost_Onboarding_Status__c; run npx stagepost setup, deploy what it writes and assign the permission set',
  ]);
  const opportunity = org.opportunity(id);
  expect([opportunity.stage.id, opportunity.files.length]).toEqual(['Implementation', 2]);
  const subjects = org.tasks(id).map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject === notice)).toHaveLength(1);
  expect(new Set(subjects).size).toBe(9);
  // Without a field for its key every task carries it in its text.
  for (const { effectKey } of tasks) {
    const holders = org.tasks(id).filter(({ description }) => description.includes(`[stagepost:${effectKey}]`));
    expect(holders, effectKey).toHaveLength(1);
  }

  for (const fullName of FIELDS)
    org.deploy({ object: 'Opportunity', fullName, label: fullName, type: 'Text', length: 255 });
  const headers = { 'x-stagepost-actor': 'Olga Ops' };
  expect((await fetch(`${hub.url}/api/deals/${dealId}/retry`, { method: 'POST', headers })).status).toBe(200);
  await until('the fields are written', () => org.opportunity(id).fields['Stagepost_Contract_Status__c'] ?? undefined);
  await hub.host.whenQuiet(20_000);
  expect(org.opportunity(id).fields).toMatchObject({
    Stagepost_Contract_Status__c: 'completed',
    Stagepost_Onboarding_Status__c: '8 tasks created',
  });
  expect(org.tasks(id)).toHaveLength(9);
});
