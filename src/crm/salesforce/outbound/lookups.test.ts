import { afterEach, describe, expect, it } from 'vitest';
import {
  records,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
} from '../../../../test/conformance/scripted-salesforce.ts';

let salesforce: ScriptedSalesforce;
afterEach(() => salesforce.stop());
const start = async (settings: Record<string, unknown> = {}) => {
  salesforce = await startScriptedSalesforce({ settings });
};

const byEmail = (text: string) =>
  request.query(
    `SELECT Id, Name, Email, IsActive FROM User WHERE Email = ${text} AND IsActive = true ORDER BY CreatedDate, Id`,
  );
const BY_ID = request.query("SELECT Id, Name, Email, IsActive FROM User WHERE Id = '0055g00000FgHiJAAV'");
const ADA = { Id: '0055g00000FgHiJAAV', Name: 'Ada Okafor', Email: 'Ada@example.com', IsActive: true };

describe('owners in Salesforce', () => {
  it('are found by address, whatever its case', async () => {
    await start();
    salesforce.on(byEmail("'ADA@example.com'"), records({ ...ADA, Email: 'other@example.com' }, ADA));
    expect(await salesforce.crm.findOwnerByEmail(' ADA@example.com ')).toEqual({
      id: '0055g00000FgHiJAAV',
      name: 'Ada Okafor',
      email: 'Ada@example.com',
      active: true,
    });
  });

  it.each([
    ["o'hara@example.com", "'o\\'hara@example.com'"],
    ["' OR Name != '", "'\\' OR Name != \\''"],
    ["\\' OR Name != '", "'\\\\\\' OR Name != \\''"],
    ['a"\n\r\t\b\fb@example.com', "'a\\\"\\n\\r\\t\\b\\fb@example.com'"],
  ])('cannot write the query: %j', async (email, text) => {
    await start();
    salesforce.on(byEmail(text), records());
    expect(await salesforce.crm.findOwnerByEmail(email)).toBeUndefined();
    expect(salesforce.calls()).toEqual([byEmail(text)]);
  });

  it('are nobody without an address', async () => {
    await start();
    expect(await salesforce.crm.findOwnerByEmail('  ')).toBeUndefined();
    expect(salesforce.requests).toEqual([]);
  });

  it.each([
    [
      'who is there',
      records(ADA),
      { id: '0055g00000FgHiJAAV', name: 'Ada Okafor', email: 'Ada@example.com', active: true },
    ],
    [
      'who was deactivated',
      records({ ...ADA, IsActive: false }),
      { id: '0055g00000FgHiJAAV', name: 'Ada Okafor', email: 'Ada@example.com', active: false },
    ],
    ['who never was', records(), undefined],
  ])('are found by id: one %s', async (_who, reply, owner) => {
    await start();
    salesforce.on(BY_ID, reply);
    expect(await salesforce.crm.findOwnerById('0055g00000FgHiJ')).toEqual(owner);
  });

  it.each([['999999999'], ['0065g00000AbCdEAAV'], ["005' OR Id != ''"]])('are nobody with the id %j', async (id) => {
    await start();
    expect(await salesforce.crm.findOwnerById(id)).toBeUndefined();
    expect(salesforce.requests).toEqual([]);
  });
});

describe('pipelines and stages in Salesforce', () => {
  const STAGES = request.query(
    'SELECT ApiName, MasterLabel, IsClosed, IsActive FROM OpportunityStage ORDER BY SortOrder, Id',
  );
  const TYPES = request.query(
    "SELECT Id, Name FROM RecordType WHERE SobjectType = 'Opportunity' AND IsActive = true ORDER BY Name, Id",
  );
  const found = records(
    { ApiName: 'Prospecting', MasterLabel: 'Erstkontakt', IsClosed: false, IsActive: true },
    { ApiName: 'Old', MasterLabel: 'Old', IsClosed: false, IsActive: false },
    { ApiName: 'Closed Won', MasterLabel: 'Closed Won', IsClosed: true, IsActive: true },
  );
  const stages = [
    { id: 'Prospecting', label: 'Erstkontakt', closed: false },
    { id: 'Closed Won', label: 'Closed Won', closed: true },
  ];

  it('are one pipeline with the stages in use', async () => {
    await start();
    salesforce.on(STAGES, found);
    expect(await salesforce.crm.readPipelines()).toEqual([{ id: 'opportunities', label: 'Opportunities', stages }]);
    expect(salesforce.calls()).toEqual([STAGES]);
  });

  it('are one for every record type where that is wanted', async () => {
    await start({ recordTypes: true });
    salesforce.on(STAGES, found);
    salesforce.on(
      TYPES,
      records({ Id: '0125g00000RrAaA', Name: 'New business' }, { Id: '0125g00000RrBbBAAV', Name: 'Renewal' }),
    );
    expect(await salesforce.crm.readPipelines()).toEqual([
      { id: '0125g00000RrAaAAAV', label: 'New business', stages },
      { id: '0125g00000RrBbBAAV', label: 'Renewal', stages },
    ]);
    expect(salesforce.calls()).toEqual([STAGES, TYPES]);
  });
});

describe('which org answers', () => {
  const ORG = request.query('SELECT Id FROM Organization');

  it('is told with 18 characters, however it is configured', async () => {
    await start({ orgId: '00D5g000004AbCd' });
    salesforce.on(ORG, records({ Id: '00D5g000004AbCd' }));
    expect(await salesforce.crm.check()).toEqual({ accountId: '00D5g000004AbCdEAK' });
  });

  it('is an error when it is another one than the configuration says', async () => {
    await start();
    salesforce.on(ORG, records({ Id: '00D000000000001EAA' }));
    await expect(salesforce.crm.check()).rejects.toMatchObject({
      code: 'crm.settings',
      message: `connection salesforce-main names the org 00D5g000004AbCdEAK, but at ${salesforce.url} answers the org 00D000000000001EAA; correct orgId or instanceUrl`,
      retry: 'never',
    });
  });
});

describe('ids of records of other CRMs', () => {
  it('are none of an opportunity', async () => {
    await start();
    expect(salesforce.crm.recordIdOf('0065g00000AbCdE')).toBe('0065g00000AbCdEAAV');
    expect(salesforce.crm.recordIdOf('0015g00000DdAaAAAV')).toBeUndefined();
    expect(salesforce.crm.recordIdOf('18230451977')).toBeUndefined();
    expect(await salesforce.crm.findLinkedRecord('18230451977')).toBeUndefined();
    expect(salesforce.requests).toEqual([]);
  });
});
