import { isoInstant } from './instants.ts';
import type { Owner } from './owners.ts';
import type { Pipeline } from './pipelines.ts';
import type { Portal } from './portal.ts';

/** Custom pipelines and stages have numeric ids in real portals. */
export const ENTERPRISE_PIPELINE_ID = '75012345';

/** Deals of this one are synced with another CRM, as an inclusion list of HubSpot's sync would have it. */
export const FIELD_SALES_PIPELINE_ID = '75012399';

type StageRow = readonly [id: string, label: string, probability: string, closed?: 'closed'];

/** The pipeline every portal starts with, ids and labels as HubSpot ships them. */
const DEFAULT_STAGES: readonly StageRow[] = [
  ['appointmentscheduled', 'Appointment Scheduled', '0.2'],
  ['qualifiedtobuy', 'Qualified To Buy', '0.4'],
  ['presentationscheduled', 'Presentation Scheduled', '0.6'],
  ['decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'],
  ['contractsent', 'Contract Sent', '0.9'],
  ['closedwon', 'Closed Won', '1.0', 'closed'],
  ['closedlost', 'Closed Lost', '0.0', 'closed'],
];

const ENTERPRISE_STAGES: readonly StageRow[] = [
  ['1100000001', 'Prospecting', '0.1'],
  ['1100000002', 'Qualification', '0.2'],
  ['1100000003', 'Solutioning', '0.3'],
  ['1100000004', 'Demonstration', '0.5'],
  ['1100000005', 'Negotiation', '0.7'],
  ['1100000006', 'Procurement', '0.9'],
  ['1100000007', 'Implementation', '1.0', 'closed'],
  ['1100000008', 'Management', '1.0', 'closed'],
  ['1100000009', 'Expansion', '1.0', 'closed'],
  ['1100000010', 'Closed Lost', '0.0', 'closed'],
];

const FIELD_SALES_STAGES: readonly StageRow[] = ENTERPRISE_STAGES.map(([id, ...rest]) => [
  String(Number(id) + 100_000_000),
  ...rest,
]);

const OWNERS = [
  ['77400001', 'Ada', 'Okafor', 'Account executives'],
  ['77400002', 'Ben', 'Lindqvist', 'Customer success'],
  ['77400003', 'Carla', 'Reyes', 'Solutions engineering'],
  ['77400004', 'Dmitri', 'Sokolov', 'Legal'],
  ['77400005', 'Eve', 'Tanaka', 'Onboarding'],
] as const;

/** Labels between deals and contacts, in order of their type ids 1, 3, 5, ... */
const CONTACT_LABELS = ['Contract signer', 'Legal contact', 'Decision maker', 'Billing contact', 'Project lead'];

function pipeline(id: string, label: string, displayOrder: number, rows: readonly StageRow[], nowMs: number): Pipeline {
  return {
    id,
    label,
    displayOrder,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    stages: rows.map(([stageId, stageLabel, probability, closed], order) => ({
      id: stageId,
      label: stageLabel,
      displayOrder: order,
      probability,
      closed: closed === 'closed',
      archived: false,
      updatedAtMs: nowMs,
    })),
  };
}

/** Pipelines, owners, labels and an own property: what the portal has before there is any record. Does nothing twice. */
export function seedSettings(portal: Portal): void {
  const nowMs = portal.clock.nowMs();
  if (portal.pipelines.list().length === 0) seedFirstSettings(portal, nowMs);
  // A portal of an older version does not have it yet.
  if (portal.pipelines.find(FIELD_SALES_PIPELINE_ID) === undefined) {
    portal.pipelines.put(pipeline(FIELD_SALES_PIPELINE_ID, 'Field sales', 2, FIELD_SALES_STAGES, nowMs));
  }
}

function seedFirstSettings(portal: Portal, nowMs: number): void {
  portal.pipelines.put(pipeline('default', 'Sales Pipeline', 0, DEFAULT_STAGES, nowMs));
  portal.pipelines.put(pipeline(ENTERPRISE_PIPELINE_ID, 'Enterprise', 1, ENTERPRISE_STAGES, nowMs));
  for (const [index, [id, firstName, lastName, team]] of OWNERS.entries()) {
    const email = `${firstName}.${lastName}@example.com`.toLowerCase();
    const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
    const owner: Owner = { id, userId: 9_900_001 + index, email, firstName, lastName, team, archived: false, ...times };
    portal.owners.put(owner);
  }
  for (const label of CONTACT_LABELS) {
    portal.labels.create('deals', 'contacts', label, label.toLowerCase().replaceAll(' ', '_'));
  }
  portal.definitions.create('deals', {
    name: 'region',
    label: 'Region',
    type: 'enumeration',
    fieldType: 'select',
    groupName: 'dealinformation',
    options: ['emea', 'amer', 'apac'].map((value, displayOrder) => ({
      label: value.toUpperCase(),
      value,
      displayOrder,
      hidden: false,
    })),
  });
}

/** One company with its people, and a deal at a stage. */
const SAMPLES = [
  {
    company: { name: 'Northwind Robotics', domain: 'northwind.example', city: 'Rotterdam', country: 'Netherlands' },
    contacts: [
      { email: 'ines.moreau@northwind.example', firstName: 'Ines', lastName: 'Moreau', labels: ['Contract signer'] },
      { email: 'tom.baker@northwind.example', firstName: 'Tom', lastName: 'Baker', labels: ['Legal contact'] },
    ],
    deal: { name: 'Northwind Robotics: fleet platform', amount: '84000', region: 'emea', stage: 'Negotiation' },
    lineItems: [
      { name: 'Fleet platform, annual', quantity: 1, price: 60_000, sku: 'PLAT-1Y' },
      { name: 'Onboarding package', quantity: 2, price: 12_000, sku: 'ONB-STD' },
    ],
  },
  {
    company: { name: 'Halcyon Insurance', domain: 'halcyon.example', city: 'Toronto', country: 'Canada' },
    contacts: [
      {
        email: 'priya.nair@halcyon.example',
        firstName: 'Priya',
        lastName: 'Nair',
        labels: ['Contract signer', 'Decision maker'],
      },
      { email: 'owen.clarke@halcyon.example', firstName: 'Owen', lastName: 'Clarke', labels: ['Billing contact'] },
    ],
    deal: { name: 'Halcyon Insurance: claims desk', amount: '128500', region: 'amer', stage: 'Qualification' },
    lineItems: [{ name: 'Claims desk, annual', quantity: 1, price: 128_500, sku: 'CLAIM-1Y' }],
  },
  {
    company: { name: 'Adatum Ports', domain: 'adatum.example', city: 'Hamburg', country: 'Germany' },
    contacts: [
      { email: 'jonas.weber@adatum.example', firstName: 'Jonas', lastName: 'Weber', labels: ['Contract signer'] },
      { email: 'mia.lang@adatum.example', firstName: 'Mia', lastName: 'Lang', labels: ['Project lead'] },
    ],
    deal: {
      name: 'Adatum Ports: berth planning',
      amount: '176000',
      region: 'emea',
      stage: 'Negotiation',
      pipeline: 'Field sales',
    },
    lineItems: [{ name: 'Berth planning, annual', quantity: 1, price: 176_000, sku: 'BERTH-1Y' }],
  },
] as const;

/** What `createDeal` of the control takes, as far as the samples need it. */
export type CreateSample = (sample: {
  name: string;
  amount: string;
  stage: string;
  pipeline: string;
  ownerEmail: string;
  closeDate: string;
  properties: Record<string, string>;
  company: { name: string; domain: string; city: string; country: string };
  contacts: readonly { email: string; firstName: string; lastName: string; labels: readonly string[] }[];
  lineItems: readonly { name: string; quantity: number; price: number; sku: string }[];
}) => void;

/** Sample companies, contacts and deals. Does nothing when the portal has deals. */
export function seedRecords(portal: Portal, create: CreateSample): void {
  if (portal.objects.all('deals').length > 0) return;
  const closeDate = isoInstant(portal.clock.nowMs() + 45 * 86_400_000);
  for (const { company, contacts, deal, lineItems } of SAMPLES) {
    const { name, amount, region, stage } = deal;
    const pipeline = 'pipeline' in deal ? deal.pipeline : 'Enterprise';
    const ownerEmail = 'ada.okafor@example.com';
    create({
      name,
      amount,
      stage,
      pipeline,
      ownerEmail,
      closeDate,
      properties: { region },
      company,
      contacts,
      lineItems,
    });
  }
}
