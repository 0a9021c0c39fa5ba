import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  OPPORTUNITY_ID,
  records,
  refusal,
  request,
  type ScriptedSalesforce,
  salesforceConnection,
  startScriptedSalesforce,
  TOKEN,
  tokenReply,
} from '../../../../test/conformance/scripted-salesforce.ts';
import { type ScriptedReply, startScriptedServer } from '../../../../test/conformance/scripted-server.ts';
import type { HubError } from '../../../domain/errors.ts';
import { createSalesforceCrm } from './crm.ts';

let salesforce: ScriptedSalesforce;
beforeEach(async () => {
  salesforce = await startScriptedSalesforce({ requestTimeoutMs: 150 });
  salesforce.on(STAGES, records({ ApiName: 'Won', MasterLabel: 'Won', IsClosed: true, IsActive: true }));
});
afterEach(() => salesforce.stop());

const STAGES = request.query(
  'SELECT ApiName, MasterLabel, IsClosed, IsActive FROM OpportunityStage ORDER BY SortOrder, Id',
);
const ORG = request.query('SELECT Id FROM Organization');
const WRITE = request.update('Opportunity', OPPORTUNITY_ID);
const UPDATE = 'PATCH /services/data/v66.0/sobjects/Opportunity/0065g00000AbCdEAAV';
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as HubError,
  );

async function readError(reply: ScriptedReply): Promise<HubError | undefined> {
  salesforce.on(ORG, reply);
  return await thrownBy(salesforce.crm.check());
}

async function writeError(reply: ScriptedReply): Promise<HubError | undefined> {
  salesforce.on(WRITE, reply);
  return await thrownBy(salesforce.crm.writeStage(OPPORTUNITY_ID, { stageId: 'Won' }));
}

describe("Salesforce's refusals, by their code", () => {
  it.each([
    [403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.', 'crm.rate-limited', { afterMs: 900_000 }],
    [
      403,
      'REQUEST_LIMIT_EXCEEDED',
      'ConcurrentRequests (Concurrent API Requests) Limit exceeded.',
      'crm.rate-limited',
      { afterMs: 10_000 },
    ],
    [503, 'REQUEST_LIMIT_EXCEEDED', 'ConcurrentPerOrgLongTxn Limit exceeded.', 'crm.rate-limited', { afterMs: 10_000 }],
    [400, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record', 'crm.locked', { afterMs: 2_000 }],
    [409, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record', 'crm.locked', { afterMs: 2_000 }],
    [500, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record', 'crm.locked', { afterMs: 2_000 }],
    [400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'no', 'crm.refused', 'never'],
    [400, 'FIELD_FILTER_VALIDATION_EXCEPTION', 'no', 'crm.refused', 'never'],
    [400, 'REQUIRED_FIELD_MISSING', 'no', 'crm.refused', 'never'],
    [400, 'INVALID_FIELD', 'no', 'crm.refused', 'never'],
    [400, 'INVALID_TYPE', 'no', 'crm.refused', 'never'],
    [400, 'INVALID_FIELD_FOR_INSERT_UPDATE', 'no', 'crm.forbidden', 'never'],
    [400, 'INSUFFICIENT_ACCESS_OR_READONLY', 'no', 'crm.forbidden', 'never'],
    [400, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'no', 'crm.forbidden', 'never'],
    [403, 'API_DISABLED_FOR_ORG', 'no', 'crm.forbidden', 'never'],
    [400, 'INVALID_CROSS_REFERENCE_KEY', 'no', 'crm.refused', 'never'],
    [404, 'INVALID_CROSS_REFERENCE_KEY', 'no', 'crm.not-found', 'never'],
    [400, 'INACTIVE_OWNER_OR_USER', 'no', 'crm.refused', 'never'],
    [400, 'OP_WITH_INVALID_USER_TYPE_EXCEPTION', 'no', 'crm.refused', 'never'],
    [400, 'STRING_TOO_LONG', 'no', 'crm.refused', 'never'],
    [400, 'STORAGE_LIMIT_EXCEEDED', 'no', 'crm.refused', 'never'],
    [400, 'DUPLICATE_VALUE', 'no', 'crm.conflict', 'never'],
    [400, 'DUPLICATES_DETECTED', 'no', 'crm.conflict', 'never'],
    [404, 'NOT_FOUND', 'no', 'crm.not-found', 'never'],
    [404, 'ENTITY_IS_DELETED', 'no', 'crm.not-found', 'never'],
    [400, 'ENTITY_IS_DELETED', 'no', 'crm.not-found', 'never'],
    [400, 'SOMETHING_NEW', 'no', 'crm.refused', 'never'],
    [403, 'SOMETHING_NEW', 'no', 'crm.forbidden', 'never'],
  ])('%i %s (%s) surely changed nothing', async (status, errorCode, message, code, retry) => {
    const error = await writeError(refusal(status, errorCode, message));
    expect(error).toMatchObject({ code, retry, done: 'no' });
    expect(salesforce.calls()).toEqual([STAGES, WRITE]);
  });

  it.each([
    [503, 'SERVER_UNAVAILABLE'],
    [500, 'UNKNOWN_EXCEPTION'],
    [400, 'QUERY_TIMEOUT'],
  ])('%i %s leaves a write in doubt and a read not', async (status, errorCode) => {
    const expected = { code: 'crm.unavailable', retry: { afterMs: 5_000 } };
    expect(await writeError(refusal(status, errorCode, 'try later'))).toMatchObject({ ...expected, done: 'unknown' });
    expect(await readError(refusal(status, errorCode, 'try later'))).toMatchObject({ ...expected, done: 'no' });
  });

  it("says that the org's calls of 24 hours are spent", async () => {
    const error = await readError(refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'));
    expect(error?.message).toBe(
      "the Salesforce org's limit of API calls in 24 hours is spent (Setup, Company Information, API Requests); tried again every 15 minutes. If this happens again, find the app that calls too often or buy more calls",
    );
  });

  it('names the fields, and quotes no more than 300 characters', async () => {
    const error = await writeError(
      refusal(400, 'REQUIRED_FIELD_MISSING', 'x'.repeat(5_000), ['Budget__c', 'Region__c']),
    );
    expect(error?.message).toBe(
      `the Salesforce org requires a field that the hub does not fill (Budget__c, Region__c): ${'x'.repeat(300)}; give the field a default, or make it required on the page layout only`,
    );
  });

  it('reads the code inside the result of a save as well', async () => {
    const errors = [{ statusCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access', fields: [] }];
    expect(await writeError({ status: 400, body: { success: false, errors } })).toMatchObject({ code: 'crm.locked' });
    expect(await writeError({ status: 400, body: errors })).toMatchObject({ code: 'crm.locked' });
  });

  it('keeps facts in the context, and neither bodies nor the query', async () => {
    const error = await readError(refusal(400, 'MALFORMED_QUERY', 'unexpected token'));
    expect(error?.context).toEqual({
      connectionId: 'salesforce-main',
      method: 'GET',
      path: '/services/data/v66.0/query',
      status: 400,
      errorCode: 'MALFORMED_QUERY',
    });
  });
});

describe("Salesforce's refusals, by their status", () => {
  it.each([
    ['300', 300, ['/a', '/b'], {}, 'crm.conflict', 'never'],
    ['302', 302, '', { location: 'https://elsewhere.example' }, 'crm.refused', 'never'],
    ['400', 400, '[]', {}, 'crm.refused', 'never'],
    ['400 by a page', 400, '<html>Access Declined</html>', {}, 'crm.unavailable', { afterMs: 60_000 }],
    ['403', 403, '{}', {}, 'crm.forbidden', 'never'],
    ['403 by a page', 403, '\n<!DOCTYPE html>', {}, 'crm.unavailable', { afterMs: 60_000 }],
    ['404', 404, 'null', {}, 'crm.not-found', 'never'],
    ['410', 410, '{"errors":7}', {}, 'crm.refused', 'never'],
    ['414', 414, '', {}, 'crm.refused', 'never'],
    ['420', 420, '', {}, 'crm.refused', 'never'],
    ['429', 429, '', {}, 'crm.rate-limited', { afterMs: 10_000 }],
    ['429 with a wish', 429, '', { 'retry-after': '3' }, 'crm.rate-limited', { afterMs: 3_000 }],
    ['429 with a wish for a day', 429, '', { 'retry-after': '86400' }, 'crm.rate-limited', { afterMs: 900_000 }],
  ])('%s surely changed nothing', async (_what, status, body, headers, code, retry) => {
    expect(await writeError({ status, body, headers })).toMatchObject({ code, retry, done: 'no' });
    expect(salesforce.calls()).toEqual([STAGES, WRITE]);
  });

  it.each([500, 502, 503, 504, 408])('%i leaves a write in doubt and a read not', async (status) => {
    expect(await writeError({ status, body: '<html>' })).toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 5_000 },
      done: 'unknown',
    });
    expect(await readError({ status, body: '<html>' })).toMatchObject({ code: 'crm.unavailable', done: 'no' });
  });

  it('does not take an address that is not there for a record that is not there', async () => {
    expect(await readError(refusal(404, 'NOT_FOUND', 'The requested resource does not exist'))).toMatchObject({
      code: 'crm.refused',
      message:
        'the org does not know GET /services/data/v66.0/query; check instanceUrl and apiVersion of connection salesforce-main',
    });
  });

  it('does not follow a redirect, which would carry the token away', async () => {
    await readError({ status: 307, headers: { location: `${salesforce.url}/elsewhere` } });
    expect(salesforce.calls()).toEqual([ORG]);
  });
});

describe('Salesforce not answering', () => {
  it('leaves a write in doubt when the answer does not come', async () => {
    expect(await writeError({ answers: 'never' })).toMatchObject({
      code: 'crm.unavailable',
      message: `no usable answer from Salesforce to ${UPDATE} (timed out); tried again later. If it lasts, check the network and instanceUrl`,
      retry: { afterMs: 5_000 },
      done: 'unknown',
    });
    expect(salesforce.calls()).toEqual([STAGES, WRITE]);
  });

  it('leaves a write in doubt when the connection is cut', async () => {
    expect(await writeError({ answers: 'cut' })).toMatchObject({ code: 'crm.unavailable', done: 'unknown' });
  });

  it('leaves a read in no doubt, and does not ask twice', async () => {
    expect(await readError({ answers: 'cut' })).toMatchObject({ code: 'crm.unavailable', done: 'no' });
    expect(salesforce.calls()).toEqual([ORG]);
  });

  it('leaves no doubt about a write that nobody received', async () => {
    // Nobody listens any more at the address that comes with the token.
    const gone = await startScriptedServer();
    await gone.stop();
    salesforce.on(TOKEN, tokenReply(gone, 'token-1'));
    const error = await thrownBy(salesforce.crm.deleteTask('00T5g00000TtAaAEAV'));
    expect(error).toMatchObject({ code: 'crm.unavailable', done: 'no' });
    expect(error?.message).toContain('ECONNREFUSED');
  });

  it.each([
    ['the page of an org that is being maintained', '<html>We are down for maintenance.</html>', 'text/html'],
    ['that page under the name of JSON', '<html>We are down for maintenance.</html>', 'application/json'],
    ['nothing', '', 'application/json'],
    ['JSON of another kind', '{"results":7}', 'application/json'],
    ['records without an id', '{"totalSize":1,"done":true,"records":[{}]}', 'application/json'],
    ['null', 'null', 'application/json'],
  ])('is also %s, with the status of success', async (_what, body, type) => {
    const error = await readError({ body, headers: { 'content-type': type } });
    expect(error).toMatchObject({ name: 'HubError', code: 'crm.unavailable' });
    expect(error?.retry).toHaveProperty('afterMs');
  });

  it.each([
    ['text/html', '<html>We are down for maintenance.</html>'],
    ['application/json', ''],
  ])('leaves a write in doubt that a page of %s answers', async (type, body) => {
    expect(await writeError({ status: 200, body, headers: { 'content-type': type } })).toMatchObject({
      code: 'crm.unavailable',
      done: 'unknown',
    });
  });
});

describe('a connection with settings that are not valid', () => {
  it('is refused at once', () => {
    const create = () =>
      createSalesforceCrm({
        connection: salesforceConnection({ orgId: '00D5g000004AbCd', instanceUrl: 'https://evil.example' }),
        readSecret: async () => ({ signingKeys: ['k'] }),
        clock: { nowMs: () => 0 },
      });
    expect(create).toThrow(
      'settings of connection salesforce-main: instanceUrl must be the My Domain address of the org, https://<name>.my.salesforce.com, or a loopback address for the sandbox; correct the configuration',
    );
  });
});
