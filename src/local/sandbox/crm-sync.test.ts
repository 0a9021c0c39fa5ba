import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type TestStand as HubSpotStand,
  startTestStand as startHubSpot,
} from '../../crm/hubspot/simulator/test-stand.ts';
import {
  type TestStand as SalesforceStand,
  startTestStand as startSalesforce,
} from '../../crm/salesforce/simulator/test-stand.ts';
import { createCrmSync } from './crm-sync.ts';

let hubspot: HubSpotStand;
let salesforce: SalesforceStand;
beforeAll(async () => {
  [hubspot, salesforce] = await Promise.all([startHubSpot(), startSalesforce()]);
});
afterAll(() => Promise.all([hubspot.close(), salesforce.close()]));

const LINK = 'hs_salesforceopportunityid';
const linkOf = (id: string) => hubspot.control.deal(id).properties[LINK];
const stages = (id: string) => [
  hubspot.control.deal(id).stage.label,
  salesforce.control.opportunity(linkOf(id) ?? '').stage.id,
];

it('leaves out what one side refuses, says so once, and goes on with the rest', () => {
  const said: [string, string][] = [];
  const sync = createCrmSync(hubspot.control, salesforce.control, (...given) => void said.push(given));
  const make = (name: string, contact: Record<string, unknown>) =>
    hubspot.control.createDeal({
      name,
      pipeline: 'Field sales',
      contacts: [{ email: `${name}@example.com`, labels: ['Contract signer'], ...contact }],
    }).id;
  // Salesforce takes no contact whose e-mail is none.
  const refused = make('one', { email: 'no-address', firstName: 'A', lastName: 'B' });
  const single = make('two', { firstName: 'Cher' });
  const nameless = make('three', {});

  sync.run();
  sync.run();
  expect(said.map(([id]) => id)).toEqual([refused]);
  expect(said[0]?.[1]).toMatch(/e-?mail/i);
  expect(linkOf(refused)).toBeUndefined();
  expect(stages(single)).toEqual(['Prospecting', 'Prospecting']);
  expect(stages(nameless)).toEqual(['Prospecting', 'Prospecting']);

  // A rule of the org stands in the way of one deal, until somebody fills the field.
  salesforce.control.validationRules.add({
    object: 'Opportunity',
    when: { StageName: ['Negotiation'] },
    required: ['NextStep'],
    message: 'Fill in the next step.',
  });
  hubspot.control.moveDeal(single, 'Negotiation');
  hubspot.control.moveDeal(nameless, 'Qualification');
  sync.run();
  expect(stages(single)).toEqual(['Negotiation', 'Prospecting']);
  expect(stages(nameless)).toEqual(['Qualification', 'Qualification']);
  expect(said.map(([id]) => id)).toEqual([refused, single]);
  salesforce.control.validationRules.clear();
  sync.run();
  expect(stages(single)).toEqual(['Negotiation', 'Negotiation']);
});
