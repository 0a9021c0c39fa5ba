import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hubspotConnection,
  type ScriptedHubSpot,
  startScriptedHubSpot,
} from '../../../../test/conformance/scripted-hubspot.ts';
import type { ScriptedReply } from '../../../../test/conformance/scripted-server.ts';
import type { HubError } from '../../../domain/errors.ts';
import { createHubSpotCrm } from './crm.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot({ requestTimeoutMs: 150 });
});
afterEach(() => hubspot.stop());

const READ = 'GET /crm/v3/pipelines/deals';
const WRITE = 'PATCH /crm/v3/objects/deals/501';
const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as HubError,
  );

async function readError(reply: ScriptedReply): Promise<HubError | undefined> {
  hubspot.on(READ, reply);
  return await thrownBy(hubspot.crm.readPipelines());
}

async function writeError(reply: ScriptedReply): Promise<HubError | undefined> {
  hubspot.on(WRITE, reply);
  return await thrownBy(hubspot.crm.writeStage('501', { stageId: '7' }));
}

describe("HubSpot's refusals", () => {
  it.each([
    ['429 per ten seconds', 429, { policyName: 'TEN_SECONDLY_ROLLING' }, {}, 'crm.rate-limited', { afterMs: 10_000 }],
    ['429 per second', 429, { policyName: 'SECONDLY' }, {}, 'crm.rate-limited', { afterMs: 1_000 }],
    // Midnight is 15 hours away: the wait is cut at what a queue can delay.
    ['429 per day', 429, { policyName: 'DAILY' }, {}, 'crm.rate-limited', { afterMs: 900_000 }],
    ['429 of an unknown kind', 429, {}, {}, 'crm.rate-limited', { afterMs: 10_000 }],
    ['429 with a wish', 429, {}, { 'retry-after': '3' }, 'crm.rate-limited', { afterMs: 3_000 }],
    ['429 with a wish for a day', 429, {}, { 'retry-after': '86400' }, 'crm.rate-limited', { afterMs: 900_000 }],
    ['404', 404, {}, {}, 'crm.not-found', 'never'],
    ['409', 409, {}, {}, 'crm.conflict', 'never'],
    ['423', 423, {}, {}, 'crm.locked', { afterMs: 2_000 }],
    ['477', 477, {}, { 'retry-after': '120' }, 'crm.migrating', { afterMs: 120_000 }],
    ['477 for a day', 477, {}, { 'retry-after': '86400' }, 'crm.migrating', { afterMs: 900_000 }],
    ['477 without a time', 477, {}, {}, 'crm.migrating', { afterMs: 60_000 }],
    ['400', 400, { message: 'no' }, {}, 'crm.refused', 'never'],
    ['414', 414, {}, {}, 'crm.refused', 'never'],
    ['302', 302, {}, { location: 'https://elsewhere.example' }, 'crm.refused', 'never'],
    ['403', 403, {}, {}, 'crm.forbidden', 'never'],
  ])('%s becomes an error that knows when to try again', async (_what, status, body, headers, code, retry) => {
    expect(await writeError({ status, body, headers })).toMatchObject({ code, retry, done: 'no' });
    expect(hubspot.requests).toHaveLength(1);
  });

  it('waits for the end of the day when that is near', async () => {
    // From 09:00 to 23:50 UTC.
    hubspot.clock.advance(53_400_000);
    const error = await readError({ status: 429, body: { policyName: 'DAILY' } });
    expect(error?.retry).toEqual({ afterMs: 600_000 });
  });

  it.each([500, 502, 503, 504, 521, 524, 408])('%i leaves a write in doubt and a read not', async (status) => {
    expect(await writeError({ status, body: {} })).toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 5_000 },
      done: 'unknown',
    });
    expect(await readError({ status, body: {} })).toMatchObject({ code: 'crm.unavailable', done: 'no' });
  });

  it('does not follow a redirect, which would carry the token away', async () => {
    await readError({ status: 307, headers: { location: `${hubspot.url}/elsewhere` } });
    expect(hubspot.lines()).toEqual([READ]);
  });

  it('keeps facts in the context, and neither bodies nor secrets', async () => {
    const error = await writeError({
      status: 429,
      body: { policyName: 'SECONDLY', correlationId: 'c0ffee', message: 'pat-na1-test', category: 'RATE_LIMITS' },
    });
    expect(error?.context).toEqual({
      connectionId: 'hubspot-main',
      method: 'PATCH',
      path: '/crm/v3/objects/deals/501',
      status: 429,
      correlationId: 'c0ffee',
      policy: 'SECONDLY',
    });
    expect(JSON.stringify(error)).not.toContain('pat-na1-test');
  });

  it('quotes no more than 300 characters', async () => {
    const error = await writeError({ status: 400, body: { message: 'x'.repeat(5_000) } });
    expect(error?.message).toBe(`HubSpot refused PATCH /crm/v3/objects/deals/501: ${'x'.repeat(300)}`);
  });

  it.each([['<html>'], ['[]'], ['null'], ['{"errors":7,"message":{}}']])(
    'understands a refusal with the body %s',
    async (body) => {
      expect(await writeError({ status: 400, body })).toMatchObject({
        code: 'crm.refused',
        message: 'HubSpot refused PATCH /crm/v3/objects/deals/501: (no reason given)',
      });
    },
  );
});

describe('HubSpot not answering', () => {
  it('leaves a write in doubt when the answer does not come', async () => {
    expect(await writeError({ answers: 'never' })).toMatchObject({
      code: 'crm.unavailable',
      retry: { afterMs: 5_000 },
      done: 'unknown',
    });
    expect(hubspot.requests).toHaveLength(1);
  });

  it('leaves a write in doubt when the connection is cut', async () => {
    expect(await writeError({ answers: 'cut' })).toMatchObject({ code: 'crm.unavailable', done: 'unknown' });
  });

  it('leaves a read in no doubt', async () => {
    expect(await readError({ answers: 'never' })).toMatchObject({ code: 'crm.unavailable', done: 'no' });
  });

  it('leaves no doubt about a write that nobody received', async () => {
    const { url } = hubspot;
    await hubspot.stop();
    const error = await thrownBy(hubspot.crm.writeStage('501', { stageId: '7' }));
    expect(error).toMatchObject({ code: 'crm.unavailable', done: 'no' });
    expect(error?.message).toContain('ECONNREFUSED');
    expect(url).toContain('127.0.0.1');
  });

  it.each([
    ['a page instead of JSON', '<html>Welcome to the hotel</html>', 'crm.unavailable'],
    ['nothing', '', 'crm.unavailable'],
    ['JSON of another kind', '{"results":7}', 'crm.unavailable'],
    ['null', 'null', 'crm.unavailable'],
  ])('is also %s', async (_what, body, code) => {
    const error = await readError({ body, headers: { 'content-type': 'text/html' } });
    expect(error).toMatchObject({ name: 'HubError', code });
  });
});

describe('a connection with settings that are not valid', () => {
  it.each([
    [{ portalId: 'x' }, 'portalId must be the number of the HubSpot account (Hub ID)'],
    [
      { portalId: 1, baseUrl: 'https://evil.example' },
      'baseUrl must be https://api.hubapi.com, another https://*.hubapi.com host, or a loopback address for the sandbox',
    ],
  ])('is refused at once: %j', (settings, reason) => {
    const create = () =>
      createHubSpotCrm({
        connection: hubspotConnection(settings),
        readSecret: async () => ({ signingKeys: ['k'] }),
        clock: { nowMs: () => 0 },
      });
    expect(create).toThrow(`settings of connection hubspot-main: ${reason}; correct the configuration`);
  });
});
