import type { NewDeal } from '../../crm/hubspot/simulator/new-deal.ts';
import { currentStage } from '../../domain/entries.ts';
import type { Stage } from '../../domain/stages.ts';
import type { LocalHub } from '../hub.ts';
import type { Narrate } from './narrate.ts';
import { playSigning } from './signing.ts';
import { playTasks, reaches } from './steps.ts';
import { until } from './until.ts';

export interface PlayedDeal {
  readonly recordId: string;
  readonly dealId: string;
  readonly envelopeId: string;
}

export const SAMPLE_DEAL: NewDeal = {
  name: 'Northwind Traders - analytics rollout',
  amount: '184000.00',
  currency: 'EUR',
  closeDate: '2026-12-18',
  ownerEmail: 'ada.okafor@example.com',
  company: { name: 'Northwind Traders', domain: 'northwind.example' },
  contacts: [
    { email: 'nora.nwosu@northwind.example', firstName: 'Nora', lastName: 'Nwosu', labels: ['Contract signer'] },
    { email: 'piet.maas@northwind.example', firstName: 'Piet', lastName: 'Maas', labels: ['Project lead'] },
  ],
  lineItems: [{ name: 'Analytics platform, annual', quantity: 1, price: 184_000 }],
};

const TO_PROCUREMENT: readonly (readonly [label: string, stage: Stage])[] = [
  ['Qualification', 'qualification'],
  ['Solutioning', 'solutioning'],
  ['Demonstration', 'demonstration'],
  ['Negotiation', 'negotiation'],
  ['Procurement', 'procurement'],
];

/** Takes one deal from the first call to expansion, as people would in HubSpot and DocuSign. */
export async function playJourney(hub: LocalHub, narrate: Narrate): Promise<PlayedDeal> {
  const crm = hub.sandbox.hubspot.control;
  const { id: recordId } = crm.createDeal(SAMPLE_DEAL);
  const dealId = await until('the new deal is recorded', () => hub.store.resolveAlias(crmConnection(hub), recordId));
  const recorded = await until('the deal has its name', async () => {
    const deal = await hub.store.loadDeal(dealId);
    return deal?.details.name === undefined || currentStage(deal) !== 'prospecting' ? undefined : deal;
  });
  narrate(`A new deal appears in HubSpot: "${recorded.details.name}"`, [
    `delivery verified (signature v3 over the raw bytes), acknowledged, recorded as ${dealId}`,
    `stage prospecting, ${recorded.details.amount} ${recorded.details.currency ?? ''}`.trimEnd(),
  ]);

  for (const [label, stage] of TO_PROCUREMENT) {
    crm.moveDeal(recordId, label);
    await reaches(hub, dealId, stage);
    narrate(`Moved to ${label}`, [`recorded: the deal entered ${stage}`, ...(await playTasks(hub, dealId, stage))]);
  }
  const envelopeId = await playSigning(hub, dealId, narrate);
  await playHandOver(hub, { recordId, dealId }, narrate);
  for (const [label, stage] of [
    ['Management', 'management'],
    ['Expansion', 'expansion'],
  ] as const) {
    crm.moveDeal(recordId, label);
    await reaches(hub, dealId, stage);
    narrate(`Moved to ${label}`, [`recorded: the deal entered ${stage}`]);
  }
  await hub.host.whenQuiet(20_000);
  return { recordId, dealId, envelopeId };
}

function crmConnection(hub: LocalHub): string {
  return hub.config.connections.find(({ provider }) => provider === 'hubspot')?.id ?? '';
}

/** After the last signature: documents archived and attached, the CRM's stage advanced, onboarding tasks created. */
async function playHandOver(
  hub: LocalHub,
  { recordId, dealId }: { recordId: string; dealId: string },
  narrate: Narrate,
): Promise<void> {
  const crm = hub.sandbox.hubspot.control;
  const files = await until('signed document and certificate are attached to the CRM record', () => {
    const found = crm.deal(recordId).notes.flatMap((note) => note.files);
    return found.length >= 2 ? found : undefined;
  });
  narrate(
    'Signed PDF and certificate archived and attached to the HubSpot deal',
    files.map((file) => `${file.name}, ${file.size} bytes, sha256 ${file.sha256.slice(0, 16)}…, ${file.access}`),
  );
  const advanced = await until('the CRM stage is advanced', () => {
    const last = crm.deal(recordId).stageHistory.at(-1);
    return last?.label === 'Implementation' ? last : undefined;
  });
  await reaches(hub, dealId, 'implementation');
  narrate('HubSpot stage advanced to Implementation', [`written by ${advanced.source}, recorded like any other move`]);
  narrate('Customer success finds the onboarding plan', await playTasks(hub, dealId, 'implementation'));
}
