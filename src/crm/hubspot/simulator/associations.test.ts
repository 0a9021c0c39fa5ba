import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec.js';
import { AssociationSpecAssociationCategoryEnum as InlineCategory } from '@hubspot/api-client/lib/codegen/crm/objects/tasks/models/AssociationSpec.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestStand, type TestStand } from './test-stand.ts';

let hubspot: TestStand;
let dealId: string;
beforeEach(async () => {
  hubspot = await startTestStand();
  dealId = hubspot.control.createDeal({ name: 'Fleet' }).id;
});
afterEach(() => hubspot.close());

const read = async (path: string) => (await hubspot.call('GET', path)).json();
const newContact = async (email: string) =>
  (await hubspot.sdk.crm.contacts.basicApi.create({ properties: { email }, associations: [] })).id;
const newCompany = async (name: string) =>
  (await hubspot.sdk.crm.companies.basicApi.create({ properties: { name }, associations: [] })).id;

test('a labelled link shows its label beside the plain type, and ids as numbers', async () => {
  const contact = await newContact('ines@x.example');
  const put = await hubspot.sdk.crm.associations.v4.basicApi.create('deals', dealId, 'contacts', contact, [
    { associationCategory: Category.UserDefined, associationTypeId: 1 },
  ]);
  expect(put.labels).toEqual(['Contract signer']);
  expect(await read(`/crm/v4/objects/deals/${dealId}/associations/contacts`)).toEqual({
    results: [
      {
        toObjectId: 70201,
        associationTypes: [
          { category: 'HUBSPOT_DEFINED', typeId: 3, label: null },
          { category: 'USER_DEFINED', typeId: 1, label: 'Contract signer' },
        ],
      },
    ],
  });
  expect(await read(`/crm/v4/objects/contact/${contact}/associations/0-3`)).toEqual({
    results: [
      {
        toObjectId: 31400000001,
        associationTypes: [
          { category: 'HUBSPOT_DEFINED', typeId: 4, label: null },
          { category: 'USER_DEFINED', typeId: 2, label: 'Contract signer' },
        ],
      },
    ],
  });
});

test('lists the types between deals and contacts', async () => {
  expect(await read('/crm/v4/associations/deals/contacts/labels')).toEqual({
    results: [
      { category: 'HUBSPOT_DEFINED', typeId: 3, label: null },
      { category: 'USER_DEFINED', typeId: 1, label: 'Contract signer' },
      { category: 'USER_DEFINED', typeId: 3, label: 'Legal contact' },
      { category: 'USER_DEFINED', typeId: 5, label: 'Decision maker' },
      { category: 'USER_DEFINED', typeId: 7, label: 'Billing contact' },
      { category: 'USER_DEFINED', typeId: 9, label: 'Project lead' },
    ],
  });
});

test('the first company becomes primary; naming another one primary takes it over', async () => {
  const [first, second] = [await newCompany('First'), await newCompany('Second')];
  const put = await hubspot.sdk.crm.associations.v4.basicApi.createDefault('deals', dealId, 'companies', first);
  expect(put.results).toHaveLength(2);
  await hubspot.sdk.crm.associations.v4.basicApi.createDefault('deals', dealId, 'companies', second);
  const companies = () => hubspot.control.deal(dealId).companies.map(({ name, primary }) => [name, primary]);
  expect(companies()).toEqual([
    ['First', true],
    ['Second', false],
  ]);
  await hubspot.sdk.crm.associations.v4.basicApi.create('deals', dealId, 'companies', second, [
    { associationCategory: Category.HubspotDefined, associationTypeId: 5 },
  ]);
  expect(companies()).toEqual([
    ['First', false],
    ['Second', true],
  ]);
});

test('a record read with associations lists a labelled one twice and line items under their spaced name', async () => {
  const { control } = hubspot;
  control.addContact(dealId, { email: 'ines@x.example', labels: ['Contract signer'] });
  const made = control.createDeal({ name: 'Other', lineItems: [{ name: 'Seat', quantity: 3, price: 10 }] });
  expect((await read(`/crm/v3/objects/deals/${dealId}?associations=contacts,companies`)).associations).toEqual({
    contacts: {
      results: [
        { id: '70201', type: 'deal_to_contact' },
        { id: '70201', type: 'contract_signer' },
      ],
    },
  });
  expect((await read(`/crm/v3/objects/deals/${made.id}?associations=line_items`)).associations).toEqual({
    'line items': { results: [{ id: '5800000001', type: 'deal_to_line_item' }] },
  });
});

test('a task is created on its deal in one call, and moves the time of the deal', async () => {
  hubspot.advance(4000);
  const types = [{ associationCategory: InlineCategory.HubspotDefined, associationTypeId: 216 }];
  const task = await hubspot.sdk.crm.objects.tasks.basicApi.create({
    properties: { hs_task_subject: 'Kick-off', hs_timestamp: '1772528400000' },
    associations: [{ to: { id: dealId }, types }],
  });
  expect(task.properties).toMatchObject({ hs_task_status: 'NOT_STARTED', hs_timestamp: '2026-03-03T09:00:00Z' });
  expect(hubspot.control.tasks(dealId).map(({ subject, dueAtMs }) => [subject, dueAtMs])).toEqual([
    ['Kick-off', 1_772_528_400_000],
  ]);
  const deal = await hubspot.sdk.crm.deals.basicApi.getById(dealId);
  expect(deal.properties['hs_lastmodifieddate']).toBe('2026-03-02T09:00:04Z');
});

test('refuses a task whose association leads nowhere, and makes nothing', async () => {
  const input = (id: string, associationTypeId: number) => ({
    properties: { hs_timestamp: '1772528400000' },
    associations: [{ to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] }],
  });
  expect((await hubspot.call('POST', '/crm/v3/objects/tasks', input(dealId, 215))).status).toBe(400);
  const missing = await hubspot.call('POST', '/crm/v3/objects/tasks', input('1', 216));
  expect(missing.status).toBe(400);
  expect(await missing.json()).toMatchObject({ message: 'One or more associations are invalid' });
  expect(hubspot.control.allTasks()).toEqual([]);
});

test('reads batches of links and says which records have none in a 207', async () => {
  const other = hubspot.control.createDeal({ name: 'Alone' }).id;
  hubspot.control.addContact(dealId, { email: 'ines@x.example' });
  const path = '/crm/v4/associations/deals/contacts/batch/read';
  const response = await hubspot.call('POST', path, { inputs: [{ id: dealId }, { id: other }] });
  expect(response.status).toBe(207);
  expect(await response.json()).toMatchObject({
    results: [{ from: { id: dealId }, to: [{ toObjectId: 70201 }] }],
    numErrors: 1,
    errors: [
      {
        subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
        message: 'No contact is associated with deal 31400000002.',
        context: { fromObjectId: ['31400000002'], fromObjectType: ['deal'], toObjectType: ['contact'] },
      },
    ],
  });
});

test('links in batches, removes one label, then the link', async () => {
  const contact = await newContact('ines@x.example');
  const pair = { _from: { id: dealId }, to: { id: contact } };
  const types = [{ associationCategory: Category.UserDefined, associationTypeId: 3 }];
  const { batchApi, basicApi } = hubspot.sdk.crm.associations.v4;
  await batchApi.createDefault('deals', 'contacts', { inputs: [pair] });
  await batchApi.create('deals', 'contacts', { inputs: [{ ...pair, types }] });
  expect(hubspot.control.deal(dealId).contacts[0]?.labels).toEqual(['Legal contact']);
  await batchApi.archiveLabels('deals', 'contacts', { inputs: [{ ...pair, types }] });
  expect(hubspot.control.deal(dealId).contacts[0]?.labels).toEqual([]);
  await basicApi.archive('deals', dealId, 'contacts', contact);
  expect(hubspot.control.deal(dealId).contacts).toEqual([]);
});

test('links to deleted records are not shown', async () => {
  hubspot.control.addContact(dealId, { email: 'ines@x.example' });
  await hubspot.sdk.crm.contacts.basicApi.archive('70201');
  expect(await read(`/crm/v4/objects/deals/${dealId}/associations/contacts`)).toEqual({ results: [] });
});

test('a new label works in both directions at once', async () => {
  const labels = '/crm/v4/associations/deals/companies/labels';
  const made = await hubspot.call('POST', labels, { label: 'Reseller', name: 'reseller' });
  expect(await made.json()).toEqual({
    results: [
      { category: 'USER_DEFINED', typeId: 11, label: 'Reseller' },
      { category: 'USER_DEFINED', typeId: 12, label: 'Reseller' },
    ],
  });
});
