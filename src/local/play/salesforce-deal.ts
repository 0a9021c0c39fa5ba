import type { NewOpportunity } from '../../crm/salesforce/simulator/new-opportunity.ts';
import type { OpportunityState } from '../../crm/salesforce/simulator/state-types.ts';
import type { Stage } from '../../domain/stages.ts';
import type { LocalHub } from '../hub.ts';
import type { PlayedDeal } from './journey.ts';
import type { Narrate } from './narrate.ts';
import { playSigning } from './signing.ts';
import { playTasks, reaches } from './steps.ts';
import { until } from './until.ts';

export const SAMPLE_OPPORTUNITY: NewOpportunity = {
  name: 'Fabrikam Logistics - analytics rollout',
  amount: 96_000,
  closeDate: '2026-12-18',
  stage: 'Prospecting',
  ownerEmail: 'ada.okafor@example.com',
  account: { name: 'Fabrikam Logistics' },
  contacts: [
    { email: 'femke.bos@fabrikam.example', firstName: 'Femke', lastName: 'Bos', roles: ['Contract signer'] },
    { email: 'luis.prado@fabrikam.example', firstName: 'Luis', lastName: 'Prado', roles: ['Project lead'] },
  ],
  lineItems: [{ name: 'Analytics platform, annual', quantity: 1, price: 96_000 }],
};

const TO_PROCUREMENT: readonly (readonly [stageName: string, stage: Stage])[] = [
  ['Qualification', 'qualification'],
  ['Solutioning', 'solutioning'],
  ['Demonstration', 'demonstration'],
  ['Negotiation', 'negotiation'],
  ['Procurement', 'procurement'],
];

/** Takes one opportunity from the first call to expansion, as people would in Salesforce and DocuSign. */
export async function playSalesforceDeal(hub: LocalHub, narrate: Narrate): Promise<PlayedDeal> {
  const { id: recordId } = hub.sandbox.salesforce.control.createOpportunity(SAMPLE_OPPORTUNITY);
  const dealId = await opportunityIsKnown(hub, recordId);
  await reaches(hub, dealId, 'prospecting');
  narrate(`A new opportunity appears in Salesforce: "${SAMPLE_OPPORTUNITY.name}"`, [
    'Outbound Message acknowledged and change event received: both only say "look", so the record was read',
    `recorded as ${dealId}`,
  ]);
  return playOpportunity(hub, { recordId, dealId }, narrate);
}

/** Until the hub knows an opportunity; gives its deal. */
export function opportunityIsKnown(hub: LocalHub, recordId: string): Promise<string> {
  const connection = hub.config.connections.find(({ provider }) => provider === 'salesforce')?.id ?? '';
  return until('the opportunity is recorded', () => hub.store.resolveAlias(connection, recordId));
}

/**
 * From prospecting on: stages, contract, hand-over, management, expansion.
 *
 * @param follows waited for after every move
 */
export async function playOpportunity(
  hub: LocalHub,
  { recordId, dealId }: { readonly recordId: string; readonly dealId: string },
  narrate: Narrate,
  follows: (stageName: string) => Promise<void> = async () => {},
): Promise<PlayedDeal> {
  const crm = hub.sandbox.salesforce.control;
  for (const [stageName, stage] of TO_PROCUREMENT) {
    crm.moveOpportunity(recordId, stageName);
    await reaches(hub, dealId, stage);
    await follows(stageName);
    narrate(`Moved to ${stageName} in Salesforce`, await playTasks(hub, dealId, stage));
  }
  const envelopeId = await playSigning(hub, dealId, narrate);
  await playHandOver(hub, { recordId, dealId }, narrate);
  await follows('Implementation');
  for (const [stageName, stage] of [
    ['Management', 'management'],
    ['Expansion', 'expansion'],
  ] as const) {
    crm.moveOpportunity(recordId, stageName);
    await reaches(hub, dealId, stage);
    await follows(stageName);
    narrate(`Moved to ${stageName} in Salesforce`);
  }
  await hub.host.whenQuiet(20_000);
  return { recordId, dealId, envelopeId };
}

async function playHandOver(
  hub: LocalHub,
  { recordId, dealId }: { readonly recordId: string; readonly dealId: string },
  narrate: Narrate,
): Promise<void> {
  const crm = hub.sandbox.salesforce.control;
  const files = await until('signed document and certificate are linked to the opportunity', () => {
    const { files: found } = crm.opportunity(recordId);
    return found.length >= 2 ? found : undefined;
  });
  narrate(
    'Signed PDF and certificate linked to the opportunity',
    files.map((file) => `${file.name}, ${file.size} bytes, sha256 ${file.sha256.slice(0, 16)}…`),
  );
  const advanced = await until('the stage of the opportunity is advanced', () =>
    lastStage(crm.opportunity(recordId), 'Implementation'),
  );
  await reaches(hub, dealId, 'implementation');
  const by = advanced.byApi ? 'the integration user' : 'a person';
  narrate('Salesforce stage advanced to Implementation', [`written by ${by}, recorded like any other move`]);
  narrate('Customer success finds the onboarding plan', await playTasks(hub, dealId, 'implementation'));
}

function lastStage({ stageHistory }: OpportunityState, stageId: string) {
  const last = stageHistory.at(-1);
  return last?.stageId === stageId ? last : undefined;
}
