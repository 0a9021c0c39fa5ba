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

const STAGES = request.query(
  'SELECT ApiName, MasterLabel, IsClosed, IsActive FROM OpportunityStage ORDER BY SortOrder, Id',
);
const UPDATE = request.update('Opportunity', OPPORTUNITY_ID);
const RECORD_TYPE = request.query(`SELECT RecordTypeId FROM Opportunity WHERE Id = '${OPPORTUNITY_ID}'`);
const DESCRIBE = request.describe('Opportunity');
const DONE = { status: 204 };
const stage = (ApiName: string, IsActive = true) => ({ ApiName, MasterLabel: ApiName, IsClosed: false, IsActive });
const bodies = () => salesforce.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body);

async function start(settings: Record<string, unknown> = {}): Promise<void> {
  salesforce = await startScriptedSalesforce({ settings });
  salesforce.on(STAGES, records(stage('Procurement'), stage('Implementation'), stage('Retired', false)));
  salesforce.on(UPDATE, DONE);
  salesforce.on(DESCRIBE, described('Id', 'Name', 'Stagepost_Contract_Status__c', 'Stagepost_Contract_Sent_At__c'));
}

describe('moving an opportunity', () => {
  it('writes the stage, and looks at the stages of the org once in five minutes', async () => {
    await start();
    await salesforce.crm.writeStage('0065g00000AbCdE', { stageId: 'Procurement', pipelineId: 'opportunities' });
    await salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Implementation' });
    salesforce.clock.advance(300_000);
    await salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Procurement' });
    expect(salesforce.calls()).toEqual([STAGES, UPDATE, UPDATE, STAGES, UPDATE]);
    expect(bodies()).toEqual([
      { StageName: 'Procurement' },
      { StageName: 'Implementation' },
      { StageName: 'Procurement' },
    ]);
  });

  it.each([['procurement'], ['Retired'], ['no-such-stage']])(
    'refuses %j, which Salesforce would take for a stage although nobody works with it',
    async (stageId) => {
      await start();
      await salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Procurement' });
      await expect(salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId })).rejects.toMatchObject({
        code: 'crm.refused',
        message: `the Salesforce org has no stage ${stageId} in use; correct the configuration`,
        retry: 'never',
        done: 'no',
      });
      // Denied only after a fresh look.
      expect(salesforce.calls()).toEqual([STAGES, UPDATE, STAGES]);
    },
  );

  it('changes the record type only where it is another one', async () => {
    await start({ recordTypes: true });
    salesforce.on(RECORD_TYPE, records({ RecordTypeId: '0125g00000RrAaA' }));
    await salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Procurement', pipelineId: '0125g00000RrAaAAAV' });
    await salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Procurement', pipelineId: '0125g00000RrBbBAAV' });
    await salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Procurement' });
    expect(bodies()).toEqual([
      { StageName: 'Procurement' },
      { StageName: 'Procurement', RecordTypeId: '0125g00000RrBbBAAV' },
      { StageName: 'Procurement' },
    ]);
  });

  it('refuses a pipeline that can be no record type', async () => {
    await start({ recordTypes: true });
    const to = { stageId: 'Procurement', pipelineId: "x' OR" };
    await expect(salesforce.crm.writeStage(OPPORTUNITY_ID, to)).rejects.toMatchObject({ code: 'crm.refused' });
    expect(bodies()).toEqual([]);
  });

  it('finds nothing under an id that can be no opportunity', async () => {
    await start();
    await expect(salesforce.crm.writeStage('501', { stageId: 'Procurement' })).rejects.toMatchObject({
      code: 'crm.not-found',
      done: 'no',
    });
    expect(salesforce.requests).toEqual([]);
  });

  it('is not repeated when the answer is lost', async () => {
    await start();
    salesforce.on(UPDATE, { answers: 'cut' });
    await expect(salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Procurement' })).rejects.toMatchObject({
      code: 'crm.unavailable',
      done: 'unknown',
    });
    expect(salesforce.calls()).toEqual([STAGES, UPDATE]);
  });
});

describe("writing the hub's fields", () => {
  it('calls them as the org does, and clears with an empty text', async () => {
    await start();
    await salesforce.crm.writeFields(OPPORTUNITY_ID, {
      stagepost_contract_status: 'sent',
      stagepost_contract_sent_at: '',
    });
    expect(bodies()).toEqual([{ Stagepost_Contract_Status__c: 'sent', Stagepost_Contract_Sent_At__c: null }]);
    expect(salesforce.calls()).toEqual([DESCRIBE, UPDATE]);
  });

  it('asks nothing when there is nothing to write', async () => {
    await start();
    await salesforce.crm.writeFields(OPPORTUNITY_ID, {});
    expect(salesforce.requests).toEqual([]);
  });

  it('says what to deploy when a field is not there, after a fresh look', async () => {
    await start();
    await expect(
      salesforce.crm.writeFields(OPPORTUNITY_ID, {
        stagepost_contract_status: 'sent',
        stagepost_onboarding_status: 'running',
      }),
    ).rejects.toMatchObject({
      code: 'crm.refused',
      message:
        'the Salesforce org does not have, or does not show to the integration user, the field Stagepost_Onboarding_Status__c; run npx stagepost setup, deploy what it writes and assign the permission set',
      retry: 'never',
      done: 'no',
    });
    expect(salesforce.calls()).toEqual([DESCRIBE, DESCRIBE]);
  });

  it('sees at once what was deployed a minute ago', async () => {
    await start();
    salesforce.on(DESCRIBE, described('Id'), described('Id', 'Stagepost_Contract_Status__c'));
    await salesforce.crm.writeFields(OPPORTUNITY_ID, { stagepost_contract_status: 'sent' });
    expect(salesforce.calls()).toEqual([DESCRIBE, DESCRIBE, UPDATE]);
  });

  it.each([['Amount'], ['Name'], ['stagepost_'], ['stagepost__x'], ['stagepost_X'], [`stagepost_${'a'.repeat(31)}`]])(
    'never writes %s, which is not one of them',
    async (name) => {
      await start();
      await expect(salesforce.crm.writeFields(OPPORTUNITY_ID, { [name]: '1' })).rejects.toMatchObject({
        code: 'crm.refused',
      });
      expect(bodies()).toEqual([]);
    },
  );

  it("quotes the org's rule that refuses the change", async () => {
    await start();
    salesforce.on(
      UPDATE,
      refusal(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'A contract needs a budget', ['Budget__c']),
    );
    await expect(
      salesforce.crm.writeFields(OPPORTUNITY_ID, { stagepost_contract_status: 'sent' }),
    ).rejects.toMatchObject({
      code: 'crm.refused',
      message:
        'a validation rule of the Salesforce org refuses the change (Budget__c): "A contract needs a budget"; meet the rule in the record, or exempt the integration user from it',
      retry: 'never',
      done: 'no',
    });
  });
});
