import { afterEach, describe, expect, it } from 'vitest';
import {
  described,
  OPPORTUNITY_ID,
  records,
  refusal,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
} from '../../../../test/conformance/scripted-salesforce.ts';

let salesforce: ScriptedSalesforce;
afterEach(() => salesforce.stop());

const STANDARD =
  'Id, Name, StageName, Amount, CloseDate, AccountId, Account.Name, OwnerId, Owner.Name, Owner.Email, Owner.IsActive';
const ROLES =
  '(SELECT ContactId, Contact.Name, Contact.Email, Role, IsPrimary FROM OpportunityContactRoles ORDER BY CreatedDate, Id)';
const ITEMS =
  '(SELECT Id, Name, Product2.Name, Quantity, UnitPrice FROM OpportunityLineItems ORDER BY CreatedDate, Id)';
const DESCRIBE = request.describe('Opportunity');
const select = (fields: string, children = `${ROLES}, ${ITEMS}`) =>
  request.query(`SELECT ${fields}, ${children} FROM Opportunity WHERE Id = '${OPPORTUNITY_ID}'`);
const BINNED = request.queryAll(`SELECT Id, IsDeleted FROM Opportunity WHERE Id = '${OPPORTUNITY_ID}'`);

const NORTHWIND = {
  attributes: { type: 'Opportunity', url: `/services/data/v66.0/sobjects/Opportunity/${OPPORTUNITY_ID}` },
  Id: OPPORTUNITY_ID,
  Name: 'Northwind rollout',
  StageName: 'Proposal/Price Quote',
  Amount: 120000.5,
  CloseDate: '2026-12-15',
  AccountId: '0015g00000DdAaAAAV',
  Account: { attributes: { type: 'Account' }, Name: 'Northwind Traders' },
  OwnerId: '0055g00000FgHiJAAV',
  Owner: { attributes: { type: 'User' }, Name: 'Ada Okafor', Email: 'ada@example.com', IsActive: true },
  OpportunityContactRoles: null,
  OpportunityLineItems: null,
};

async function start(settings: Record<string, unknown> = {}, ...fields: string[]): Promise<ScriptedSalesforce> {
  salesforce = await startScriptedSalesforce({ settings });
  salesforce.on(DESCRIBE, described('Id', 'Name', 'StageName', 'Amount', ...fields));
  return salesforce;
}

describe('reading an opportunity from Salesforce', () => {
  it('brings everything that hangs on it in one request', async () => {
    await start({ currency: 'EUR' }, 'Region__c', 'IsPrivate', 'Stagepost_Contract_Status__c', 'Empty__c');
    salesforce.on(select(`${STANDARD}, Region__c, IsPrivate, Stagepost_Contract_Status__c, Empty__c`), {
      ...records({
        ...NORTHWIND,
        Region__c: 'EMEA',
        IsPrivate: false,
        Stagepost_Contract_Status__c: 'sent',
        Empty__c: null,
        OpportunityContactRoles: {
          totalSize: 4,
          done: true,
          records: [
            {
              ContactId: '0035g00000CcAaAAAV',
              Contact: { Name: 'Mira Holm', Email: 'mira@northwind.example' },
              Role: 'Contract signer',
              IsPrimary: false,
            },
            {
              ContactId: '0035g00000CcBbBAAV',
              Contact: { Name: 'Jon Bakke', Email: 'jon@northwind.example' },
              Role: null,
              IsPrimary: false,
            },
            {
              ContactId: '0035g00000CcAaAAAV',
              Contact: { Name: 'Mira Holm', Email: 'mira@northwind.example' },
              Role: 'Legal',
              IsPrimary: true,
            },
            { ContactId: null, Contact: null, Role: 'Other', IsPrimary: false },
          ],
        },
        OpportunityLineItems: {
          totalSize: 1,
          done: true,
          records: [
            {
              Id: '00k5g00000EeAaAAAV',
              Name: 'Northwind rollout Platform seat',
              Product2: { Name: 'Platform seat' },
              Quantity: 40,
              UnitPrice: 2500,
            },
          ],
        },
      }),
    });
    const asked = [
      'region__c',
      'IsPrivate',
      'stagepost_contract_status',
      'Empty__c',
      'amount',
      'nonsense',
      'Name FROM X',
    ];
    expect(await salesforce.crm.readDeal(OPPORTUNITY_ID, asked)).toEqual({
      found: true,
      deal: {
        recordId: '0065g00000AbCdEAAV',
        name: 'Northwind rollout',
        amount: '120000.5',
        currency: 'EUR',
        closeDate: '2026-12-15',
        pipelineId: 'opportunities',
        stageId: 'Proposal/Price Quote',
        owner: { id: '0055g00000FgHiJAAV', name: 'Ada Okafor', email: 'ada@example.com', active: true },
        company: { id: '0015g00000DdAaAAAV', name: 'Northwind Traders' },
        contacts: [
          {
            id: '0035g00000CcAaAAAV',
            name: 'Mira Holm',
            email: 'mira@northwind.example',
            labels: ['Contract signer', 'Legal'],
            isPrimary: true,
          },
          {
            id: '0035g00000CcBbBAAV',
            name: 'Jon Bakke',
            email: 'jon@northwind.example',
            labels: [],
            isPrimary: false,
          },
        ],
        lineItems: [{ id: '00k5g00000EeAaAAAV', name: 'Platform seat', quantity: '40', price: '2500' }],
        properties: {
          region__c: 'EMEA',
          IsPrivate: 'false',
          stagepost_contract_status: 'sent',
          amount: '120000.5',
        },
        linkedRecordId: undefined,
        mergedRecordIds: [],
        url: undefined,
      },
    });
    expect(salesforce.calls()).toHaveLength(2);
  });

  it('reads the description of the fields once in five minutes', async () => {
    await start();
    salesforce.on(select(STANDARD), records(NORTHWIND));
    await salesforce.crm.readDeal(OPPORTUNITY_ID, []);
    salesforce.clock.advance(299_999);
    await salesforce.crm.readDeal(OPPORTUNITY_ID, []);
    salesforce.clock.advance(1);
    await salesforce.crm.readDeal(OPPORTUNITY_ID, []);
    expect(salesforce.calls()).toEqual([DESCRIBE, select(STANDARD), select(STANDARD), DESCRIBE, select(STANDARD)]);
  });

  it('takes an id of 15 characters and gives one of 18', async () => {
    await start();
    salesforce.on(select(STANDARD), records(NORTHWIND));
    expect(await salesforce.crm.readDeal('0065g00000AbCdE', [])).toMatchObject({
      deal: { recordId: '0065g00000AbCdEAAV' },
    });
  });

  it("prefers the record's own currency and takes its record type for the pipeline where that is wanted", async () => {
    await start({ currency: 'USD', recordTypes: true }, 'CurrencyIsoCode', 'RecordTypeId');
    const row = { ...NORTHWIND, CurrencyIsoCode: 'EUR', RecordTypeId: '0125g00000RrAaA' };
    salesforce.on(select(`${STANDARD}, CurrencyIsoCode, RecordTypeId`), records(row));
    expect(await salesforce.crm.readDeal(OPPORTUNITY_ID, ['CurrencyIsoCode'])).toMatchObject({
      deal: { currency: 'EUR', pipelineId: '0125g00000RrAaAAAV', properties: { CurrencyIsoCode: 'EUR' } },
    });
  });

  it('asks for no line items in an org without products', async () => {
    await start();
    salesforce.on(DESCRIBE, {
      body: {
        fields: [{ name: 'Id' }],
        childRelationships: [{ relationshipName: 'OpportunityContactRoles' }, { relationshipName: null }],
      },
    });
    salesforce.on(select(STANDARD, ROLES), records(NORTHWIND));
    expect(await salesforce.crm.readDeal(OPPORTUNITY_ID, [])).toMatchObject({ deal: { lineItems: [] } });
  });

  it('follows the pages of a subquery', async () => {
    await start();
    const role = (id: string, name: string) => ({
      ContactId: id,
      Contact: { Name: name, Email: null },
      Role: null,
      IsPrimary: false,
    });
    const nextRecordsUrl = '/services/data/v66.0/query/0r85g00000000001AAA-200';
    salesforce.on(
      select(STANDARD),
      records({
        ...NORTHWIND,
        OpportunityContactRoles: {
          totalSize: 2,
          done: false,
          nextRecordsUrl,
          records: [role('0035g00000CcAaAAAV', 'Mira Holm')],
        },
      }),
    );
    salesforce.on(`GET ${nextRecordsUrl}`, records(role('0035g00000CcBbBAAV', 'Jon Bakke')));
    const result = await salesforce.crm.readDeal(OPPORTUNITY_ID, []);
    expect(result.found && result.deal.contacts.map(({ name }) => name)).toEqual(['Mira Holm', 'Jon Bakke']);
  });

  it('carries its token to no other address, whatever an answer says', async () => {
    await start();
    const nextRecordsUrl = 'http://127.0.0.1:1/services/data/v66.0/query/0r8';
    const children = { totalSize: 2, done: false, nextRecordsUrl, records: [] };
    salesforce.on(select(STANDARD), records({ ...NORTHWIND, OpportunityContactRoles: children }));
    await expect(salesforce.crm.readDeal(OPPORTUNITY_ID, [])).rejects.toMatchObject({
      code: 'crm.refused',
      message: "Salesforce's answer points to another address; check instanceUrl",
    });
  });

  it('looks at the fields anew when one of them has gone, and does without it', async () => {
    await start({}, 'Region__c');
    salesforce.on(DESCRIBE, described('Id', 'Region__c'), described('Id'));
    salesforce.on(select(`${STANDARD}, Region__c`), refusal(400, 'INVALID_FIELD', "No such column 'Region__c'"));
    salesforce.on(select(STANDARD), records(NORTHWIND));
    expect(await salesforce.crm.readDeal(OPPORTUNITY_ID, ['Region__c'])).toMatchObject({ deal: { properties: {} } });
    expect(salesforce.calls()).toHaveLength(4);
  });

  it('manages with what is empty or hidden', async () => {
    await start();
    const bare = { Id: OPPORTUNITY_ID, Account: null, AccountId: null, Owner: null, OwnerId: '0055g00000FgHiJAAV' };
    salesforce.on(select(STANDARD), records(bare));
    expect(await salesforce.crm.readDeal(OPPORTUNITY_ID, [])).toEqual({
      found: true,
      deal: {
        recordId: '0065g00000AbCdEAAV',
        name: 'Opportunity 0065g00000AbCdEAAV',
        amount: undefined,
        currency: undefined,
        closeDate: undefined,
        pipelineId: 'opportunities',
        stageId: '',
        owner: { id: '0055g00000FgHiJAAV', name: '0055g00000FgHiJAAV', email: undefined, active: false },
        company: undefined,
        contacts: [],
        lineItems: [],
        properties: {},
        linkedRecordId: undefined,
        mergedRecordIds: [],
        url: undefined,
      },
    });
  });
});

describe('an opportunity that is not there', () => {
  it.each([
    ['deleted', records({ Id: OPPORTUNITY_ID, IsDeleted: true })],
    ['unknown', records()],
  ])('is %s', async (why, reply) => {
    await start();
    salesforce.on(select(STANDARD), records());
    salesforce.on(BINNED, reply);
    expect(await salesforce.crm.readDeal(OPPORTUNITY_ID, [])).toEqual({ found: false, why });
    expect(salesforce.calls()).toEqual([DESCRIBE, select(STANDARD), BINNED]);
  });

  it('is asked for again when somebody took it out of the recycle bin in between', async () => {
    await start();
    salesforce.on(select(STANDARD), records());
    salesforce.on(BINNED, records({ Id: OPPORTUNITY_ID, IsDeleted: false }));
    await expect(salesforce.crm.readDeal(OPPORTUNITY_ID, [])).rejects.toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 1_000 },
      done: 'no',
    });
  });

  it.each([
    [''],
    ['999999999'],
    ['0015g00000DdAaAAAV'],
    ["0065g00000AbCdEAAV' OR Name != '"],
    ["006' OR Id != ''"],
    ['0065g00000AbCdEAAV/../../Account'],
  ])('is unknown without asking when %j can be no opportunity', async (id) => {
    await start();
    expect(await salesforce.crm.readDeal(id, [])).toEqual({ found: false, why: 'unknown' });
    expect(salesforce.requests).toEqual([]);
  });
});
