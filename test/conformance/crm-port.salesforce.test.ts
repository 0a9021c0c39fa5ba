import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NewTask } from '../../src/crm/crm-port.ts';
import { northwind } from './crm-world.ts';
import { type SalesforceUnderTest, startSalesforceWorld } from './salesforce-world.ts';

/** What no other CRM does to its adapter. */
describe('the CRM port over an org of Salesforce on its own bad days', () => {
  let org: SalesforceUnderTest;
  let recordId = '';
  beforeAll(async () => {
    org = await startSalesforceWorld({ grant: 'client-credentials', switches: { pageSize: 2 } });
  });
  afterAll(() => org.stop());
  beforeEach(async () => {
    org.control.faults.clear();
    recordId = await org.world.createDeal(northwind(org.world));
  });

  const apiCalls = () => org.control.requests.list().filter(({ path }) => !path.startsWith('/_sandbox'));
  const [from, to] = [() => org.world.stages[0].id, () => org.world.stages[1].id];
  const task = (name: string): NewTask => ({
    ...{ effectKey: `${recordId}/${name}`, title: name, body: '', priority: 'low', ownerId: undefined },
    ...{ dueAtMs: Date.parse('2027-01-15T08:00:00Z'), dueDate: '2027-01-15' },
  });

  it.each([400, 409, 500] as const)(
    'waits for a record that another change holds, told with %i',
    async (lockStatus) => {
      org.control.switches.set({ lockStatus });
      org.control.locks.hold(recordId);
      const locked = { code: 'crm.locked', retry: { afterMs: 2_000 }, done: 'no' };
      await expect(org.port.writeStage(recordId, { stageId: to() })).rejects.toMatchObject(locked);
      await expect(org.port.createTask(recordId, task('kickoff'))).rejects.toMatchObject(locked);
      org.control.locks.release(recordId);
      await org.port.writeStage(recordId, { stageId: to() });
      expect(await org.world.stageOf(recordId)).toBe(to());
    },
  );

  it.each(['maintenance', 'maintenance-page', 'internal', 'bad-gateway-page'] as const)(
    'takes %s for no answer, not for a yes',
    async (error) => {
      org.control.faults.add({ kind: 'server-error', error, match: 'PATCH /sobjects/Opportunity', times: 1 });
      await expect(org.port.writeStage(recordId, { stageId: to() })).rejects.toMatchObject({
        code: 'crm.unavailable',
        done: 'unknown',
      });
      expect(await org.world.stageOf(recordId)).toBe(from());
    },
  );

  it('notices nothing of a session that ends', async () => {
    org.control.faults.add({ kind: 'server-error', error: 'session-expired', match: 'PATCH', times: 1 });
    await org.port.writeStage(recordId, { stageId: to() });
    expect(await org.world.stageOf(recordId)).toBe(to());
    org.control.oauth.revoke();
    expect(await org.port.readDeal(recordId, [])).toMatchObject({ found: true });
  });

  it('leaves an org alone that refuses every token', async () => {
    org.control.switches.set({ alwaysUnauthorized: true });
    org.control.requests.clear();
    const dead = { code: 'crm.unauthorized', done: 'no' };
    await expect(org.port.readDeal(recordId, [])).rejects.toMatchObject({ ...dead, retry: 'never' });
    // Two tokens at most, and a request with each.
    const asked = apiCalls().length;
    expect(asked).toBeLessThanOrEqual(4);
    for (let more = 0; more < 5; more += 1) {
      // Nobody has asked again, and it may be mended: worth another try once the org may be asked.
      const again = { ...dead, retry: { afterMs: expect.toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000) } };
      await expect(org.port.check()).rejects.toMatchObject(again);
    }
    expect(apiCalls()).toHaveLength(asked);
    org.control.switches.set({ alwaysUnauthorized: false });
    await org.world.advance(60_000);
    expect(await org.port.check()).toEqual({ accountId: org.world.accountId });
  });

  it.each([
    ['daily', 900_000],
    ['concurrent', 10_000],
  ] as const)('tells the %s limit of calls from others', async (limit, afterMs) => {
    org.control.faults.add({ kind: 'rate-limit', limit, match: '', times: 1 });
    await expect(org.port.check()).rejects.toMatchObject({ code: 'crm.rate-limited', retry: { afterMs } });
  });

  it('quotes the rule of the org that forbids a change', async () => {
    org.control.validationRules.add({
      when: { StageName: [to()] },
      required: ['NextStep'],
      message: 'Procurement needs a next step',
      fields: ['NextStep'],
    });
    try {
      await expect(org.port.writeStage(recordId, { stageId: to() })).rejects.toMatchObject({
        code: 'crm.refused',
        retry: 'never',
        done: 'no',
        message:
          'a validation rule of the Salesforce org refuses the change (NextStep): "Procurement needs a next step"; meet the rule in the record, or exempt the integration user from it',
      });
    } finally {
      org.control.validationRules.clear();
    }
    expect(await org.world.stageOf(recordId)).toBe(from());
  });

  it('reads everything page by page where pages are small', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'];
    for (const key of keys) await org.port.createTask(recordId, task(key));
    const found = await org.port.findTasks(
      recordId,
      keys.map((key) => `${recordId}/${key}`),
    );
    expect(found.map(({ title }) => title)).toEqual(keys);
    const deal = await org.port.readDeal(recordId, []);
    expect(deal.found && deal.deal.contacts).toHaveLength(3);
  });

  it('knows a record by its short id as well', async () => {
    const short = recordId.slice(0, 15);
    expect(org.port.recordIdOf(short)).toBe(recordId);
    expect(await org.port.readDeal(short, [])).toMatchObject({ found: true, deal: { recordId } });
    const [entry] = await org.port.readStageHistory(short);
    expect(entry?.recordId).toBe(recordId);
  });

  it('asks the org little: one call for a deal, one for its history, one to move it, two to attach a file', async () => {
    await org.port.readDeal(recordId, []);
    await org.port.writeStage(recordId, { stageId: to() });
    await org.port.findTasks(recordId, ['none']);
    const calls = async (work: () => Promise<unknown>) => {
      org.control.requests.clear();
      await work();
      return apiCalls().length;
    };
    org.control.switches.set({ pageSize: 2000 });
    expect(await calls(() => org.port.readDeal(recordId, ['stagepost_contract_status']))).toBe(1);
    expect(await calls(() => org.port.readStageHistory(recordId))).toBe(1);
    expect(await calls(() => org.port.writeStage(recordId, { stageId: from() }))).toBe(1);
    expect(await calls(() => org.port.writeFields(recordId, { stagepost_contract_status: 'sent' }))).toBe(1);
    expect(await calls(() => org.port.findTasks(recordId, ['none']))).toBe(1);
    expect(await calls(() => org.port.createTask(recordId, task('one')))).toBe(1);
    const file = { fileName: 'a.pdf', contentType: 'application/pdf', bytes: new Uint8Array(3), note: '' };
    expect(await calls(() => org.port.attachFile(recordId, { ...file, effectKey: 'k' }))).toBe(2);
  });
});
