import { afterEach, describe, expect, it } from 'vitest';
import {
  described,
  OPPORTUNITY_ID,
  ORG_ID,
  records,
  refusal,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
} from '../../../../test/conformance/scripted-salesforce.ts';
import type { ScriptedReply } from '../../../../test/conformance/scripted-server.ts';
import type { NewTask } from '../../crm-port.ts';

let salesforce: ScriptedSalesforce;
afterEach(() => salesforce.stop());

const KEY = 'salesforce-main.0065g00000AbCdEAAV/onboarding/kickoff';
const TASK_ID = '00T5g00000TtAaAEAV';
const DESCRIBE = request.describe('Task');
const CREATE = request.create('Task');
const REMOVE = request.remove('Task', TASK_ID);
const CREATED = { status: 201, body: { id: TASK_ID, success: true, errors: [] } };
const STATUS = {
  name: 'Status',
  picklistValues: [
    { value: 'Not Started', active: true, defaultValue: true },
    { value: 'Completed', active: true, defaultValue: false },
  ],
};
const WITH_KEY = described('Id', STATUS, { name: 'Stagepost_Key__c', unique: false });
const WITHOUT_KEY = described('Id', STATUS);
const FIELDS = 'Id, Subject, Description, Status, IsClosed, OwnerId, ActivityDate, CreatedDate, LastModifiedDate';
const byKey = (keys: string) =>
  request.query(
    `SELECT ${FIELDS}, Stagepost_Key__c FROM Task WHERE WhatId = '${OPPORTUNITY_ID}' AND (Stagepost_Key__c IN (${keys}) OR Stagepost_Key__c = null) ORDER BY CreatedDate, Id`,
  );
const ALL = request.query(`SELECT ${FIELDS} FROM Task WHERE WhatId = '${OPPORTUNITY_ID}' ORDER BY CreatedDate, Id`);

const task: NewTask = {
  effectKey: KEY,
  title: 'Kick-off with <Northwind> & partners',
  body: 'Invite everybody.\nBudget > 5 & "open".',
  priority: 'high',
  ownerId: '0055g00000FgHiJAAV',
  // 23:30 in Berlin: the next day has not begun there, and the CRM knows no time of day.
  dueAtMs: 1_795_559_400_000,
  dueDate: '2026-11-24',
};

async function start(description: ScriptedReply): Promise<void> {
  salesforce = await startScriptedSalesforce();
  salesforce.on(DESCRIBE, description);
  salesforce.on(CREATE, CREATED);
}

const bodies = () => salesforce.requests.filter(({ path }) => path.endsWith('/sobjects/Task')).map(({ body }) => body);

describe('creating a task in Salesforce', () => {
  it('links it to the opportunity and carries the key in its field', async () => {
    await start(WITH_KEY);
    expect(await salesforce.crm.createTask('0065g00000AbCdE', task)).toEqual({ id: TASK_ID });
    expect(bodies()).toEqual([
      {
        WhatId: '0065g00000AbCdEAAV',
        Subject: 'Kick-off with <Northwind> & partners',
        Description: 'Invite everybody.\nBudget > 5 & "open".',
        ActivityDate: '2026-11-24',
        Priority: 'High',
        OwnerId: '0055g00000FgHiJAAV',
        Stagepost_Key__c: KEY,
      },
    ]);
    expect(salesforce.calls()).toEqual([DESCRIBE, CREATE]);
  });

  it('writes the key as the last line of the text where the org has no field for it', async () => {
    await start(WITHOUT_KEY);
    await salesforce.crm.createTask(OPPORTUNITY_ID, { ...task, ownerId: undefined, priority: 'medium' });
    await salesforce.crm.createTask(OPPORTUNITY_ID, { ...task, ownerId: undefined, priority: 'low', body: '' });
    expect(bodies()).toEqual([
      {
        WhatId: '0065g00000AbCdEAAV',
        Subject: 'Kick-off with <Northwind> & partners',
        Description: `Invite everybody.\nBudget > 5 & "open".\n[stagepost:${KEY}]`,
        ActivityDate: '2026-11-24',
        Priority: 'Normal',
      },
      {
        WhatId: '0065g00000AbCdEAAV',
        Subject: 'Kick-off with <Northwind> & partners',
        Description: `[stagepost:${KEY}]`,
        ActivityDate: '2026-11-24',
        Priority: 'Low',
      },
    ]);
    expect(salesforce.calls()).toEqual([DESCRIBE, CREATE, CREATE]);
  });

  it('cuts what is longer than its field, but never the key', async () => {
    await start(WITHOUT_KEY);
    await salesforce.crm.createTask(OPPORTUNITY_ID, {
      ...task,
      title: `${'x'.repeat(254)}😀`,
      body: 'y'.repeat(40_000),
    });
    const [body] = bodies() as { Subject: string; Description: string }[];
    expect(body?.Subject).toBe('x'.repeat(254));
    expect(body?.Description).toHaveLength(32_000);
    expect(body?.Description.endsWith(`yy\n[stagepost:${KEY}]`)).toBe(true);
  });

  it('leaves the priority to an org that has other ones', async () => {
    const priority = { name: 'Priority', picklistValues: [{ value: 'Hoch', active: true, defaultValue: true }] };
    await start(described('Id', priority, { name: 'Stagepost_Key__c' }));
    await salesforce.crm.createTask(OPPORTUNITY_ID, task);
    expect(bodies()[0]).not.toHaveProperty('Priority');
  });

  it('creates nothing when the description cannot be read just now', async () => {
    await start({ status: 503, body: {} });
    await expect(salesforce.crm.createTask(OPPORTUNITY_ID, task)).rejects.toMatchObject({
      code: 'crm.unavailable',
      done: 'no',
    });
    expect(salesforce.calls()).toEqual([DESCRIBE]);
  });

  it('says that it may have been created when the answer is lost', async () => {
    await start(WITH_KEY);
    salesforce.on(CREATE, { answers: 'cut' });
    await expect(salesforce.crm.createTask(OPPORTUNITY_ID, task)).rejects.toMatchObject({
      code: 'crm.unavailable',
      done: 'unknown',
    });
    expect(salesforce.calls()).toEqual([DESCRIBE, CREATE]);
  });

  it('knows whether the org refuses doubles once it was asked, and that a double is a conflict', async () => {
    await start(described('Id', { name: 'Stagepost_Key__c', unique: true }));
    salesforce.on(request.query('SELECT Id FROM Organization'), records({ Id: ORG_ID }));
    expect(salesforce.crm.capabilities.uniqueTaskKey).toBe(false);
    await salesforce.crm.check();
    expect(salesforce.crm.capabilities.uniqueTaskKey).toBe(false);
    await salesforce.crm.check({ learn: true });
    expect(salesforce.crm.capabilities.uniqueTaskKey).toBe(true);
    expect(salesforce.crm.capabilities.hintReads).toEqual({ perHour: 1_500, burst: 300 });
    salesforce.on(CREATE, refusal(400, 'DUPLICATE_VALUE', 'duplicate value found: <unknown>'));
    await expect(salesforce.crm.createTask(OPPORTUNITY_ID, task)).rejects.toMatchObject({
      code: 'crm.conflict',
      retry: 'never',
      done: 'no',
    });
  });
});

describe('finding tasks of an opportunity', () => {
  const found = (Id: string, fields: object, CreatedDate: string, LastModifiedDate = CreatedDate) => ({
    Id,
    Subject: `Task ${Id}`,
    Description: null,
    Status: 'Not Started',
    IsClosed: false,
    OwnerId: '0055g00000FgHiJAAV',
    ActivityDate: '2026-11-27',
    CreatedDate,
    LastModifiedDate,
    ...fields,
  });

  it('finds the key in its field and in the text, eldest task first', async () => {
    await start(WITH_KEY);
    salesforce.on(
      byKey(`'${KEY}', 'o\\'hara'`),
      records(
        found(TASK_ID, { Stagepost_Key__c: KEY }, '2026-11-23T09:00:02.000+0000'),
        found(
          '00T5g00000TtBbB',
          { Description: `see [stagepost:other]\n[stagepost:${KEY}]`, ActivityDate: null },
          '2026-11-23T09:00:01.000+0000',
        ),
        found('00T5g00000TtCcC', { Description: 'Call them' }, '2026-11-23T09:00:00.000+0000'),
        // Salesforce compares without case.
        found('00T5g00000TtDdD', { Stagepost_Key__c: KEY.toUpperCase() }, '2026-11-23T09:00:00.000+0000'),
      ),
    );
    expect(await salesforce.crm.findTasks(OPPORTUNITY_ID, [KEY, "o'hara"])).toEqual([
      {
        id: '00T5g00000TtBbBEAV',
        effectKey: KEY,
        createdAtMs: 1795424401000,
        touched: false,
        ownerId: '0055g00000FgHiJAAV',
        dueAtMs: undefined,
        title: 'Task 00T5g00000TtBbB',
      },
      {
        id: '00T5g00000TtAaAEAV',
        effectKey: KEY,
        createdAtMs: 1795424402000,
        touched: false,
        ownerId: '0055g00000FgHiJAAV',
        dueAtMs: 1795737600000,
        title: 'Task 00T5g00000TtAaAEAV',
      },
    ]);
    expect(salesforce.calls()).toHaveLength(2);
  });

  it('reads all tasks of the opportunity where there is no field to ask by', async () => {
    await start(WITHOUT_KEY);
    salesforce.on(
      ALL,
      records(found(TASK_ID, { Description: `Invite.\n[stagepost:${KEY}]` }, '2026-11-23T09:00:00.000+0000')),
    );
    expect(await salesforce.crm.findTasks(OPPORTUNITY_ID, [KEY])).toMatchObject([{ id: TASK_ID, effectKey: KEY }]);
  });

  it('asks for 40 keys at a time, and tells a task once', async () => {
    await start(WITH_KEY);
    const keys = Array.from({ length: 41 }, (_, index) => `key-${index}`);
    const inQuery = keys.slice(0, 40).map((key) => `'${key}'`);
    const both = found(TASK_ID, { Description: '[stagepost:key-3]' }, '2026-11-23T09:00:00.000+0000');
    salesforce.on(byKey(inQuery.join(', ')), records(both));
    salesforce.on(byKey("'key-40'"), records(both));
    expect(await salesforce.crm.findTasks(OPPORTUNITY_ID, keys)).toHaveLength(1);
  });

  it.each([
    ['untouched five seconds after its creation', {}, '2026-11-23T09:00:05.000+0000', false],
    ['touched when it was changed later than that', {}, '2026-11-23T09:00:06.000+0000', true],
    ['touched when it is under way', { Status: 'In Progress' }, '2026-11-23T09:00:00.000+0000', true],
    ['touched when it is done', { Status: 'Completed', IsClosed: true }, '2026-11-23T09:00:00.000+0000', true],
  ])('is %s', async (_what, fields, changedAt, touched) => {
    await start(WITH_KEY);
    salesforce.on(
      byKey(`'${KEY}'`),
      records(found(TASK_ID, { Stagepost_Key__c: KEY, ...fields }, '2026-11-23T09:00:00.000+0000', changedAt)),
    );
    const tasks = await salesforce.crm.findTasks(OPPORTUNITY_ID, [KEY]);
    expect(tasks.map((each) => each.touched)).toEqual([touched]);
  });

  it('asks nothing without a key', async () => {
    await start(WITH_KEY);
    expect(await salesforce.crm.findTasks(OPPORTUNITY_ID, [])).toEqual([]);
    expect(salesforce.requests).toEqual([]);
  });
});

describe('deleting a task in Salesforce', () => {
  it.each([
    ['is done', { status: 204 }],
    ['is done when the task is in the recycle bin', refusal(404, 'ENTITY_IS_DELETED', 'entity is deleted')],
    ['is done when the task is gone for good', refusal(404, 'NOT_FOUND', 'The requested resource does not exist')],
    ['is done when the id points nowhere', refusal(404, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')],
  ])('%s', async (_what, reply) => {
    await start(WITH_KEY);
    salesforce.on(REMOVE, reply);
    await salesforce.crm.deleteTask('00T5g00000TtAaA');
    expect(salesforce.calls()).toEqual([REMOVE]);
  });

  it('is an error when it is not allowed', async () => {
    await start(WITH_KEY);
    salesforce.on(REMOVE, refusal(400, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id'));
    await expect(salesforce.crm.deleteTask(TASK_ID)).rejects.toMatchObject({ code: 'crm.forbidden', retry: 'never' });
  });

  it.each([['8801'], [OPPORTUNITY_ID], ['00T/../Opportunity']])('deletes nothing that is no task: %s', async (id) => {
    await start(WITH_KEY);
    await salesforce.crm.deleteTask(id);
    expect(salesforce.requests).toEqual([]);
  });
});
