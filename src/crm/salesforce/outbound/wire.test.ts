import { describe, expect, it } from 'vitest';
import { OPPORTUNITY_ID, ORG_ID, salesforceConnection } from '../../../../test/conformance/scripted-salesforce.ts';
import { createSalesforceCrm } from './crm.ts';
import { exchange, type Wire, within } from './wire.ts';

/** A network on which nothing ever answers. */
function createSilence(): { wire: Wire; calls: string[] } {
  const calls: string[] = [];
  const wire: Wire = {
    connectionId: 'salesforce-main',
    timeoutMs: 60_000,
    fetch: (input, init) => {
      calls.push(String(input));
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    },
  };
  return { wire, calls };
}

const write = { method: 'PATCH', url: `http://127.0.0.1:1/services/data/v66.0/sobjects/Opportunity/${OPPORTUNITY_ID}` };

describe('the time that a method of the port may take', () => {
  it('cuts a request short that would last longer, which leaves a write in doubt', async () => {
    const { wire, calls } = createSilence();
    const answer = await within(20, () => exchange(wire, write, 'the grant'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'crm.unavailable', done: 'unknown' } });
    expect(calls).toEqual([write.url]);
  });

  it('lets no request out when it is over, which leaves no doubt', async () => {
    const { wire, calls } = createSilence();
    const answer = await within(0, () => exchange(wire, write, 'the grant'));
    expect(answer).toMatchObject({ ok: false, error: { code: 'crm.unavailable', done: 'no' } });
    expect(calls).toEqual([]);
  });

  it('does not lengthen what a single request may take', async () => {
    const { wire } = createSilence();
    const answer = await within(60_000, () => exchange(wire, { ...write, timeoutMs: 20 }, 'the grant'));
    expect(answer).toMatchObject({
      error: {
        message: `no usable answer from Salesforce to PATCH /services/data/v66.0/sobjects/Opportunity/${OPPORTUNITY_ID} (timed out); tried again later. If it lasts, check the network and instanceUrl`,
      },
    });
  });

  it('never leaves a request for a token in doubt', async () => {
    const { wire } = createSilence();
    const url = 'http://127.0.0.1:1/services/oauth2/token';
    const answer = await exchange(wire, { method: 'POST', url, timeoutMs: 20 }, 'the grant');
    expect(answer).toMatchObject({ ok: false, error: { done: 'no' } });
  });
});

describe('a request to Salesforce', () => {
  it('says which version, whose token and which client, and goes nowhere by redirect', async () => {
    const sent: { url: string; init: RequestInit | undefined }[] = [];
    const crm = createSalesforceCrm({
      connection: salesforceConnection({
        orgId: ORG_ID,
        instanceUrl: 'https://acme.my.salesforce.com/',
        apiVersion: '67.0',
      }),
      readSecret: async () => ({ signingKeys: ['0123456789abcdef'], clientId: 'client', clientSecret: 's3cret' }),
      clock: { nowMs: () => 0 },
      fetch: async (input, init) => {
        sent.push({ url: String(input), init });
        if (String(input).endsWith('/token')) {
          return Response.json({ access_token: '00D!x', instance_url: 'https://acme--eu.sandbox.my.salesforce.com' });
        }
        return Response.json({ totalSize: 1, done: true, records: [{ Id: ORG_ID }] });
      },
    });
    expect(await crm.check()).toEqual({ accountId: ORG_ID });
    expect(sent.map(({ url }) => url)).toEqual([
      'https://acme.my.salesforce.com/services/oauth2/token',
      'https://acme--eu.sandbox.my.salesforce.com/services/data/v67.0/query?q=SELECT%20Id%20FROM%20Organization',
    ]);
    expect(sent[1]?.init).toMatchObject({
      method: 'GET',
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        authorization: 'Bearer 00D!x',
        'Sforce-Call-Options': 'client=stagepost',
      },
    });
    expect(sent[0]?.init).toMatchObject({ method: 'POST', redirect: 'manual' });
  });

  it('gives a large file 25 seconds and everything else ten', async () => {
    const limits: number[] = [];
    const timeout = AbortSignal.timeout;
    AbortSignal.timeout = (ms) => {
      limits.push(ms);
      return timeout(ms);
    };
    try {
      const crm = createSalesforceCrm({
        connection: salesforceConnection({ orgId: ORG_ID, instanceUrl: 'https://acme.my.salesforce.com' }),
        readSecret: async () => ({ signingKeys: ['0123456789abcdef'], clientId: 'client', clientSecret: 's3cret' }),
        clock: { nowMs: () => 0 },
        fetch: async (input, init) => {
          if (init?.method === 'GET') return Response.json({ totalSize: 0, done: true, records: [] });
          if (!String(input).endsWith('/token')) return Response.json({ id: '0685g00000VvAaAAAV' }, { status: 201 });
          return Response.json({ access_token: '00D!x', instance_url: 'https://acme.my.salesforce.com' });
        },
      });
      const file = { effectKey: 'k', fileName: 'a.pdf', contentType: 'application/pdf', note: '' };
      await crm.attachFile(OPPORTUNITY_ID, { ...file, bytes: new Uint8Array(10) });
      await crm.attachFile(OPPORTUNITY_ID, { ...file, bytes: new Uint8Array(100_000) });
    } finally {
      AbortSignal.timeout = timeout;
    }
    expect(limits).toEqual([10_000, 10_000, 10_000, 10_000, 25_000]);
  });
});
