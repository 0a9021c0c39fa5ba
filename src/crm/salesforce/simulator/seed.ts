import type { NewOpportunity } from './new-opportunity.ts';
import type { Org } from './org.ts';

const OWNER = 'ada.okafor@example.com';

const SAMPLES: readonly NewOpportunity[] = [
  {
    name: 'Northwind Robotics: fleet platform',
    amount: 84_000,
    stage: 'Negotiation',
    ownerEmail: OWNER,
    account: { name: 'Northwind Robotics' },
    contacts: [
      {
        email: 'ines.moreau@northwind.example',
        firstName: 'Ines',
        lastName: 'Moreau',
        roles: ['Contract signer'],
        isPrimary: true,
      },
      { email: 'tom.baker@northwind.example', firstName: 'Tom', lastName: 'Baker', roles: ['Legal contact'] },
    ],
    lineItems: [
      { name: 'Fleet platform, annual', quantity: 1, price: 60_000 },
      { name: 'Onboarding package', quantity: 2, price: 12_000 },
    ],
  },
  {
    name: 'Halcyon Insurance: claims desk',
    amount: 128_500,
    stage: 'Qualification',
    ownerEmail: OWNER,
    account: { name: 'Halcyon Insurance' },
    contacts: [
      {
        email: 'priya.nair@halcyon.example',
        firstName: 'Priya',
        lastName: 'Nair',
        roles: ['Contract signer', 'Decision Maker'],
        isPrimary: true,
      },
      { email: 'owen.clarke@halcyon.example', firstName: 'Owen', lastName: 'Clarke', roles: ['Project lead'] },
    ],
    lineItems: [{ name: 'Claims desk, annual', quantity: 1, price: 128_500 }],
  },
];

/** Sample accounts, contacts and opportunities. Does nothing when the org has opportunities. */
export function seedRecords(org: Org, create: (sample: NewOpportunity) => void): void {
  if (org.tables.all('Opportunity').length > 0) return;
  for (const sample of SAMPLES) create(sample);
}
