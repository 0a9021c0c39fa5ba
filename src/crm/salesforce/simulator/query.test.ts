import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NewOpportunity } from './new-opportunity.ts';
import { startTestStand, type TestStand } from './test-stand.ts';

let salesforce: TestStand;
beforeEach(async () => {
  salesforce = await startTestStand();
});
afterEach(() => salesforce.close());

const FLEET: NewOpportunity = {
  name: 'Fleet',
  amount: 84_000,
  closeDate: '2026-06-30',
  stage: 'Procurement',
  ownerEmail: 'ben.lindqvist@example.com',
  account: { name: "O'Brien & Sons" },
  contacts: [
    { email: 'ines@x.example', firstName: 'Ines', lastName: 'Moreau', roles: ['Contract signer'], isPrimary: true },
    { email: 'tom@x.example', firstName: 'Tom', lastName: 'Baker' },
  ],
  lineItems: [{ name: 'Platform', quantity: 2, price: 42_000 }],
};

const names = async (where: string) => {
  const { records } = await salesforce.sdk.query<{ Name: string }>(`SELECT Name FROM Opportunity WHERE ${where}`);
  return records.map(({ Name }) => Name);
};
/** The error of a query that the org refuses. */
const refusal = async (soql: string) => {
  const response = await salesforce.call('GET', `/query?q=${encodeURIComponent(soql)}`);
  const [error] = await response.json();
  return [response.status, error.errorCode, error.message];
};

test('answers fields, parents, children and labels in the order of the query', async () => {
  const { id, account, contactRoles, lineItems } = salesforce.control.createOpportunity(FLEET);
  const soql = `SELECT Id, name, toLabel(StageName), CreatedDate, CloseDate, Amount, Account.Name, Owner.Email,
    (SELECT Contact.Email, Role, IsPrimary FROM OpportunityContactRoles ORDER BY IsPrimary DESC),
    (SELECT Product2.Name, Quantity, UnitPrice, TotalPrice FROM OpportunityLineItems),
    (SELECT Id FROM Tasks) FROM Opportunity`;
  const response = await salesforce.call('GET', `/query?q=${encodeURIComponent(soql)}`);
  const base = '/services/data/v66.0/sobjects';
  expect(await response.json()).toEqual({
    totalSize: 1,
    done: true,
    records: [
      {
        attributes: { type: 'Opportunity', url: `${base}/Opportunity/${id}` },
        Id: id,
        Name: 'Fleet',
        StageName: 'Procurement & legal',
        CreatedDate: '2026-03-02T09:00:00.000+0000',
        CloseDate: '2026-06-30',
        Amount: 84_000,
        Account: { attributes: { type: 'Account', url: `${base}/Account/${account?.id}` }, Name: "O'Brien & Sons" },
        Owner: {
          attributes: { type: 'User', url: expect.stringMatching(/\/User\/005[A-Za-z0-9]{15}$/) },
          Email: 'ben.lindqvist@example.com',
        },
        OpportunityContactRoles: {
          totalSize: 2,
          done: true,
          records: [
            expect.objectContaining({
              attributes: {
                type: 'OpportunityContactRole',
                url: `${base}/OpportunityContactRole/${contactRoles[0]?.id}`,
              },
              Contact: expect.objectContaining({ Email: 'ines@x.example' }),
              Role: 'Contract signer',
              IsPrimary: true,
            }),
            expect.objectContaining({ Role: null, IsPrimary: false }),
          ],
        },
        OpportunityLineItems: {
          totalSize: 1,
          done: true,
          records: [
            expect.objectContaining({
              attributes: { type: 'OpportunityLineItem', url: `${base}/OpportunityLineItem/${lineItems[0]?.id}` },
              Product2: expect.objectContaining({ Name: 'Platform' }),
              Quantity: 2,
              UnitPrice: 42_000,
              TotalPrice: 84_000,
            }),
          ],
        },
        Tasks: null,
      },
    ],
  });
});

test('a parent that is not there is null', async () => {
  salesforce.control.createOpportunity({ name: 'Alone' });
  const { records } = await salesforce.sdk.query('SELECT Name, Account.Name FROM Opportunity');
  expect(records).toEqual([expect.objectContaining({ Name: 'Alone', Account: null })]);
});

test.each([
  [`Name = 'FLEET'`, ['Fleet']],
  [`Name != 'Fleet'`, ['Desk', 'Tower']],
  [`Amount > 1000 AND Amount <= 84000`, ['Fleet']],
  [`Amount = null`, ['Tower']],
  [`Amount != 5`, ['Fleet', 'Desk', 'Tower']],
  [`Amount < 5`, []],
  [`CloseDate < 2026-07-01`, ['Fleet']],
  [`CreatedDate >= 2026-03-02T09:00:00Z AND CreatedDate < 2026-03-02T10:00:01+01:00`, ['Fleet', 'Desk', 'Tower']],
  [`CreatedDate > 2026-03-02T09:00:00.000Z`, []],
  [`StageName IN ('procurement', 'Expansion')`, ['Fleet']],
  [`StageName NOT IN ('Procurement')`, ['Desk', 'Tower']],
  [`Account.Name = 'O\\'Brien & Sons'`, ['Fleet']],
  [`Name LIKE 'f%' OR Name LIKE '_esk'`, ['Fleet', 'Desk']],
  [`Name LIKE 'D\\%k'`, []],
  [`(IsClosed = true OR Amount = 500) AND NOT Name = 'Fleet'`, ['Desk']],
  [`NOT (Name = 'Fleet' OR Name = 'Desk')`, ['Tower']],
  [`Id IN (SELECT OpportunityId FROM OpportunityContactRole WHERE Role = 'Contract signer')`, ['Fleet']],
  [`Name = 'nothing' or Name = 'Tower'`, ['Tower']],
])('WHERE %s', async (where, expected) => {
  salesforce.control.createOpportunity(FLEET);
  salesforce.control.createOpportunity({ name: 'Desk', amount: 500, closeDate: '2026-09-01' });
  salesforce.control.createOpportunity({ name: 'Tower', closeDate: '2026-09-01' });
  expect(await names(where)).toEqual(expected);
});

test('finds an id that is written with 15 characters, and only with its own capitals', async () => {
  const { id } = salesforce.control.createOpportunity(FLEET);
  expect(await names(`Id = '${id.slice(0, 15)}'`)).toEqual(['Fleet']);
  expect(await names(`Id = '${id.slice(0, 15).toLowerCase()}'`)).toEqual([]);
  expect(await refusal(`SELECT Id FROM Opportunity WHERE Id = '12'`)).toEqual([
    400,
    'INVALID_QUERY_FILTER_OPERATOR',
    'invalid ID field: 12',
  ]);
});

test('sorts by several fields, empty values first unless told otherwise, and counts', async () => {
  for (const [name, amount] of [
    ['b', 2],
    ['a', 2],
    ['c', undefined],
  ] as const) {
    salesforce.control.createOpportunity({ name, amount });
  }
  expect(await names(`Name != null ORDER BY Amount DESC, Name`)).toEqual(['c', 'a', 'b']);
  expect(await names(`Name != null ORDER BY Amount DESC NULLS LAST, Name DESC`)).toEqual(['b', 'a', 'c']);
  expect(await names(`Name != null ORDER BY Name LIMIT 1 OFFSET 1`)).toEqual(['b']);
  const counted = await salesforce.call('GET', `/query?q=${encodeURIComponent('SELECT COUNT() FROM Opportunity')}`);
  expect(await counted.json()).toEqual({ totalSize: 3, done: true, records: [] });
});

test('gives long answers in pages', async () => {
  for (let index = 0; index < 5; index += 1) salesforce.control.createOpportunity({ name: `Deal ${index}` });
  salesforce.control.switches.set({ pageSize: 2 });
  const first = await salesforce.sdk.query('SELECT Name FROM Opportunity ORDER BY Name');
  expect(first).toMatchObject({ totalSize: 5, done: false });
  const raw = await salesforce.call('GET', '/query?q=SELECT+Id+FROM+Opportunity');
  expect((await raw.json()).nextRecordsUrl).toMatch(/^\/services\/data\/v66\.0\/query\/01g[A-Za-z0-9]{15}-2$/);
  const second = await salesforce.sdk.queryMore(first.nextRecordsUrl ?? '');
  expect(second.records.map(({ Name }) => Name)).toEqual(['Deal 2', 'Deal 3']);
  const third = await salesforce.sdk.queryMore(second.nextRecordsUrl ?? '');
  expect(third).toMatchObject({ totalSize: 5, done: true, records: [{ Name: 'Deal 4' }] });
  await expect(salesforce.sdk.queryMore('/services/data/v66.0/query/01gHr00000qqqqqIAA-2')).rejects.toMatchObject({
    errorCode: 'INVALID_QUERY_LOCATOR',
  });
});

test('long lists inside a record have pages too', async () => {
  const contacts = ['a', 'b', 'c'].map((name) => ({ email: `${name}@x.example`, lastName: name }));
  salesforce.control.createOpportunity({ name: 'Fleet', contacts });
  salesforce.control.switches.set({ pageSize: 2 });
  const { records } = await salesforce.sdk.query(
    'SELECT Id, (SELECT Contact.Name FROM OpportunityContactRoles) FROM Opportunity',
  );
  const list = records[0]?.['OpportunityContactRoles'] as { nextRecordsUrl: string };
  expect(list).toMatchObject({
    totalSize: 3,
    done: false,
    records: [{ Contact: { Name: 'a' } }, { Contact: { Name: 'b' } }],
  });
  expect(await salesforce.sdk.request(list.nextRecordsUrl)).toMatchObject({
    totalSize: 3,
    done: true,
    records: [{ Contact: { Name: 'c' } }],
  });
});

test('finds what refers to a record, also after it refers to another one', async () => {
  const [a, b] = ['a', 'b'].map((name) => salesforce.control.createOpportunity({ name }).id);
  const { id } = await salesforce.sdk.sobject('Task').create({ Subject: 'Kick-off', WhatId: a });
  const of = async (whatId?: string) => {
    const { records } = await salesforce.sdk.query(
      `SELECT Id, What.Name, What.Type FROM Task WHERE WhatId = '${whatId}' AND IsDeleted = false`,
    );
    return records.map((record) => [
      record.Id,
      (record['What'] as { Name: string }).Name,
      (record['What'] as { Type: string }).Type,
    ]);
  };
  expect([await of(a), await of(b)]).toEqual([[[id, 'a', 'Opportunity']], []]);
  await salesforce.sdk.sobject('Task').update({ Id: id ?? '', WhatId: b ?? '' });
  expect([await of(a), await of(b)]).toEqual([[], [[id, 'b', 'Opportunity']]]);
});

test('only queryAll shows what is in the recycle bin', async () => {
  const { id } = salesforce.control.createOpportunity(FLEET);
  salesforce.control.deleteOpportunity(id);
  const soql = `SELECT Name, IsDeleted FROM Opportunity WHERE Id = '${id}'`;
  expect((await salesforce.sdk.query(soql)).totalSize).toBe(0);
  const all = await salesforce.sdk.query(soql, { scanAll: true });
  expect(all.records).toEqual([expect.objectContaining({ Name: 'Fleet', IsDeleted: true })]);
});

test.each([
  ['SELECT Nme FROM Opportunity', 'INVALID_FIELD', /^No such column 'Nme' on entity 'Opportunity'/],
  ['SELECT CurrencyIsoCode FROM Opportunity', 'INVALID_FIELD', /^No such column 'CurrencyIsoCode'/],
  ['SELECT RecordTypeId FROM Opportunity', 'INVALID_FIELD', /^No such column 'RecordTypeId'/],
  ['SELECT Boss.Name FROM Opportunity', 'INVALID_FIELD', /^Didn't understand relationship 'Boss'/],
  ['SELECT Id, (SELECT Id FROM Things) FROM Opportunity', 'INVALID_TYPE', /^Didn't understand relationship 'Things'/],
  [
    'SELECT Id, (SELECT Id FROM Tasks WHERE Nme = 1) FROM Opportunity',
    'INVALID_FIELD',
    /^No such column 'Nme' on entity 'Task'/,
  ],
  ['SELECT Id FROM Opportunity OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', 'SOQL offset too large: 2001. Max is 2000.'],
  ['SELECT Id FROM Deal', 'INVALID_TYPE', /^sObject type 'Deal' is not supported/],
  ['SELECT Id FROM', 'MALFORMED_QUERY', /unexpected token: '<EOF>'/],
  ['SELECT Id FROM Opportunity WHERE', 'MALFORMED_QUERY', /unexpected token/],
  [`SELECT Id FROM Opportunity WHERE Name = 'a`, 'MALFORMED_QUERY', /mismatched character/],
  [`SELECT Id FROM Opportunity WHERE Name = 'it's'`, 'MALFORMED_QUERY', /unexpected token|mismatched/],
  [`SELECT Id FROM Opportunity WHERE Name = 'a' AND Amount = 1 OR Amount = 2`, 'MALFORMED_QUERY', /parentheses/],
  [`SELECT Id FROM Opportunity WHERE Name = Fleet`, 'MALFORMED_QUERY', /unexpected token: 'Fleet'/],
  [`SELECT Id FROM Opportunity WHERE Name = 'a\\q'`, 'MALFORMED_QUERY', /Illegal character sequence/],
  [`SELECT Id FROM Opportunity WHERE CreatedDate > '2026-01-01T00:00:00Z'`, 'INVALID_FIELD', /dateTime and should not/],
  ['SELECT Id FROM Opportunity WHERE CloseDate > 2026-01-01T00:00:00Z', 'INVALID_FIELD', /must be of type date /],
  [`SELECT Id FROM Opportunity WHERE Amount > '5'`, 'INVALID_FIELD', /'Amount' must be of type double/],
  ['SELECT Id FROM Opportunity WHERE Name = 5', 'INVALID_FIELD', /should be enclosed in quotes/],
  [
    `SELECT Id FROM Task WHERE Description = 'x'`,
    'INVALID_FIELD',
    "field 'Description' can not be filtered in a query call",
  ],
  [
    'SELECT Id FROM Task ORDER BY Description',
    'INVALID_FIELD',
    "field 'Description' can not be sorted in a query call",
  ],
  ['SELECT Id FROM ContentDocumentLink', 'MALFORMED_QUERY', /^Implementation restriction: ContentDocumentLink/],
])('refuses %s', async (soql, code, message) => {
  expect(await refusal(soql)).toEqual([
    400,
    code,
    typeof message === 'string' ? message : expect.stringMatching(message),
  ]);
});

test('fields that only some orgs have come with the switch', async () => {
  salesforce.control.switches.set({ multiCurrency: true, recordTypes: true });
  const types = await salesforce.sdk.query('SELECT Id, Name, DeveloperName FROM RecordType ORDER BY Name');
  expect(types.records).toMatchObject([{ DeveloperName: 'Enterprise' }, { DeveloperName: 'Small_Business' }]);
  const recordTypeId = String(types.records[0]?.['Id']);
  salesforce.control.createOpportunity({ name: 'Fleet', currency: 'EUR', recordTypeId });
  const { records } = await salesforce.sdk.query('SELECT CurrencyIsoCode, RecordType.DeveloperName FROM Opportunity');
  expect(records).toMatchObject([{ CurrencyIsoCode: 'EUR', RecordType: { DeveloperName: 'Enterprise' } }]);
});

test('the stages are records with label and API name', async () => {
  salesforce.control.stages.deactivate('Management');
  const { records } = await salesforce.sdk.query(
    'SELECT ApiName, MasterLabel, IsClosed, IsWon FROM OpportunityStage WHERE IsActive = true ORDER BY SortOrder',
  );
  expect(records.map(({ ApiName, MasterLabel }) => [ApiName, MasterLabel])).toEqual([
    ['Prospecting', 'Prospecting'],
    ['Qualification', 'Qualification'],
    ['Solutioning', 'Solutioning'],
    ['Demonstration', 'Demonstration'],
    ['Negotiation', 'Negotiation'],
    ['Procurement', 'Procurement & legal'],
    ['Implementation', 'Implementation'],
    ['Expansion', 'Expansion'],
    ['Closed Lost', 'Closed Lost'],
  ]);
});
