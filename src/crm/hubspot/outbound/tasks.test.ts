import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const KEY_DEFINITION = 'GET /crm/v3/properties/tasks/stagepost_key';
const CREATE = 'POST /crm/v3/objects/tasks';
const LINKS = 'GET /crm/v4/objects/deals/501/associations/tasks?limit=500';
const READ = 'POST /crm/v3/objects/tasks/batch/read';
const NOT_FOUND = { status: 404, body: { status: 'error', message: 'not found' } };
const REFUSED = { status: 400, body: { status: 'error', message: 'no own properties on tasks' } };
const CREATED = {
  status: 201,
  body: { id: '8801', properties: {}, createdAt: '2026-11-23T09:00:00.000Z', updatedAt: '2026-11-23T09:00:00.000Z' },
};
const KEY = 'hubspot-main.501/onboarding/kickoff';
const task = {
  effectKey: KEY,
  title: 'Kick-off with <Northwind> & partners',
  body: 'Invite everybody.\nBudget > 5 & "open".',
  priority: 'high' as const,
  ownerId: '77',
  dueAtMs: Date.parse('2026-11-27T08:00:00Z'),
  dueDate: '2026-11-27',
};

describe('creating a task in HubSpot', () => {
  it('links it to the deal in the same request and keeps the key in a property', async () => {
    hubspot.on(KEY_DEFINITION, { body: { name: 'stagepost_key' } });
    hubspot.on(CREATE, CREATED);
    expect(await hubspot.crm.createTask('501', task)).toEqual({ id: '8801' });
    expect(hubspot.lines()).toEqual([KEY_DEFINITION, CREATE]);
    expect(hubspot.requests[1]?.body).toEqual({
      properties: {
        hs_timestamp: '2026-11-27T08:00:00.000Z',
        hs_task_subject: 'Kick-off with <Northwind> & partners',
        hs_task_body: 'Invite everybody.<br>Budget &gt; 5 &amp; &quot;open&quot;.',
        hs_task_status: 'NOT_STARTED',
        hs_task_priority: 'HIGH',
        hs_task_type: 'TODO',
        hubspot_owner_id: '77',
        stagepost_key: 'hubspot-main.501/onboarding/kickoff',
      },
      associations: [
        { to: { id: '501' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 216 }] },
      ],
    });
  });

  it('leaves the owner out when there is none, and looks at the definition once only', async () => {
    hubspot.on(KEY_DEFINITION, { body: { name: 'stagepost_key' } });
    hubspot.on(CREATE, CREATED);
    await hubspot.crm.createTask('501', { ...task, ownerId: undefined });
    await hubspot.crm.createTask('501', { ...task, ownerId: undefined });
    expect(hubspot.lines()).toEqual([KEY_DEFINITION, CREATE, CREATE]);
    expect(hubspot.requests[1]?.body).not.toHaveProperty('properties.hubspot_owner_id');
  });

  it('defines the property for the key when it is missing', async () => {
    hubspot.on(KEY_DEFINITION, NOT_FOUND);
    hubspot.on('POST /crm/v3/properties/tasks/groups', { status: 201, body: {} });
    hubspot.on('POST /crm/v3/properties/tasks', { status: 201, body: {} });
    hubspot.on(CREATE, CREATED);
    await hubspot.crm.createTask('501', task);
    expect(hubspot.requests[2]?.body).toEqual({
      name: 'stagepost_key',
      label: 'Stagepost key',
      description: 'Written by Stagepost; changes made by hand are overwritten.',
      groupName: 'stagepost',
      type: 'string',
      fieldType: 'text',
    });
    expect(hubspot.requests[3]?.body).toHaveProperty('properties.stagepost_key', KEY);
  });

  it.each([
    ['refuses it', REFUSED],
    ['has no scope for it', { status: 403, body: { category: 'MISSING_SCOPES' } }],
  ])('writes the key as the last line of the text when the account %s, and remembers that', async (_why, reply) => {
    hubspot.on(KEY_DEFINITION, NOT_FOUND);
    hubspot.on('POST /crm/v3/properties/tasks/groups', reply);
    hubspot.on(CREATE, CREATED);
    await hubspot.crm.createTask('501', task);
    await hubspot.crm.createTask('501', { ...task, body: '' });
    expect(hubspot.lines()).toEqual([KEY_DEFINITION, 'POST /crm/v3/properties/tasks/groups', CREATE, CREATE]);
    expect(hubspot.requests[2]?.body).toHaveProperty(
      'properties.hs_task_body',
      'Invite everybody.<br>Budget &gt; 5 &amp; &quot;open&quot;.<br>[stagepost:hubspot-main.501/onboarding/kickoff]',
    );
    expect(hubspot.requests[2]?.body).not.toHaveProperty('properties.stagepost_key');
    expect(hubspot.requests[3]?.body).toHaveProperty(
      'properties.hs_task_body',
      '[stagepost:hubspot-main.501/onboarding/kickoff]',
    );
  });

  it('creates nothing when the definition cannot be looked at just now', async () => {
    hubspot.on(KEY_DEFINITION, { status: 503, body: {} });
    await expect(hubspot.crm.createTask('501', task)).rejects.toMatchObject({ code: 'crm.unavailable', done: 'no' });
    expect(hubspot.lines()).toEqual([KEY_DEFINITION]);
  });

  it('says that it may have been created when the answer is lost', async () => {
    hubspot.on(KEY_DEFINITION, { body: { name: 'stagepost_key' } });
    hubspot.on(CREATE, { answers: 'cut' });
    await expect(hubspot.crm.createTask('501', task)).rejects.toMatchObject({
      code: 'crm.unavailable',
      done: 'unknown',
    });
    expect(hubspot.lines()).toEqual([KEY_DEFINITION, CREATE]);
  });
});

describe('finding tasks of a deal in HubSpot', () => {
  const link = (id: number) => ({
    toObjectId: id,
    associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 215, label: null }],
  });
  const found = (id: string, properties: object, createdAt: string, updatedAt = createdAt) => ({
    id,
    properties: { hs_task_status: 'NOT_STARTED', hs_task_subject: `Task ${id}`, ...properties },
    createdAt,
    updatedAt,
  });

  it('reads the links of the deal and the tasks behind them, never the search', async () => {
    hubspot.on(LINKS, { body: { results: [link(1), link(2)] } });
    hubspot.on(READ, { status: 207, body: { status: 'COMPLETE', results: [], numErrors: 1, errors: [] } });
    expect(await hubspot.crm.findTasks('501', [KEY])).toEqual([]);
    expect(hubspot.lines()).toEqual([LINKS, READ]);
    expect(hubspot.requests[1]?.body).toEqual({
      inputs: [{ id: '1' }, { id: '2' }],
      properties: [
        'stagepost_key',
        'hs_task_subject',
        'hs_task_body',
        'hs_task_status',
        'hs_timestamp',
        'hubspot_owner_id',
      ],
      propertiesWithHistory: [],
    });
  });

  it('finds the key in the property and in the text, oldest task first', async () => {
    hubspot.on(LINKS, { body: { results: [link(1), link(2), link(3), link(4), link(4)] } });
    hubspot.on(READ, {
      body: {
        status: 'COMPLETE',
        results: [
          found('1', { stagepost_key: KEY, hs_timestamp: '1795766400000' }, '2026-11-23T09:00:02.000Z'),
          found(
            '2',
            {
              hs_task_body: `<div>see [stagepost:other]<br>[stagepost:${KEY}]</div>`,
              hs_timestamp: '2026-11-27T08:00:00Z',
              hubspot_owner_id: '77',
            },
            '2026-11-23T09:00:01.000Z',
          ),
          found('3', { stagepost_key: 'another/key' }, '2026-11-23T09:00:00.000Z'),
          found('4', { hs_task_body: 'Call them' }, '2026-11-23T09:00:00.000Z'),
        ],
      },
    });
    expect(await hubspot.crm.findTasks('501', [KEY, 'unused'])).toEqual([
      {
        id: '2',
        effectKey: KEY,
        createdAtMs: 1795424401000,
        touched: false,
        ownerId: '77',
        dueAtMs: 1795766400000,
        title: 'Task 2',
      },
      {
        id: '1',
        effectKey: KEY,
        createdAtMs: 1795424402000,
        touched: false,
        ownerId: undefined,
        dueAtMs: 1795766400000,
        title: 'Task 1',
      },
    ]);
    expect(hubspot.requests[1]?.body).toHaveProperty('inputs.length', 4);
  });

  it.each([
    ['untouched five seconds after its creation', 'NOT_STARTED', '2026-11-23T09:00:05.000Z', false],
    ['touched when it was changed later than that', 'NOT_STARTED', '2026-11-23T09:00:05.001Z', true],
    ['touched when it is done', 'COMPLETED', '2026-11-23T09:00:00.000Z', true],
    ['touched when its state is not told', null, '2026-11-23T09:00:00.000Z', true],
  ])('is %s', async (_what, status, updatedAt, touched) => {
    hubspot.on(LINKS, { body: { results: [link(1)] } });
    hubspot.on(READ, {
      body: {
        results: [found('1', { stagepost_key: KEY, hs_task_status: status }, '2026-11-23T09:00:00.000Z', updatedAt)],
      },
    });
    const tasks = await hubspot.crm.findTasks('501', [KEY]);
    expect(tasks.map((each) => each.touched)).toEqual([touched]);
  });

  it('reads nothing when the deal has no tasks', async () => {
    hubspot.on(LINKS, { body: { results: [] } });
    expect(await hubspot.crm.findTasks('501', [KEY])).toEqual([]);
    expect(hubspot.lines()).toEqual([LINKS]);
  });
});

describe('deleting a task in HubSpot', () => {
  it.each([
    ['is done', { status: 204 }],
    ['is done when the task is gone already', NOT_FOUND],
  ])('%s', async (_what, reply) => {
    hubspot.on('DELETE /crm/v3/objects/tasks/8801', reply);
    await hubspot.crm.deleteTask('8801');
    expect(hubspot.lines()).toEqual(['DELETE /crm/v3/objects/tasks/8801']);
  });
});
