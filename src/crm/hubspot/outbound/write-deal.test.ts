import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const PATCH = 'PATCH /crm/v3/objects/deals/501';
const GROUP = 'POST /crm/v3/properties/deals/groups';
const DEFINE = 'POST /crm/v3/properties/deals';
const definitionOf = (name: string) => `GET /crm/v3/properties/deals/${name}`;
const dates = { createdAt: '2026-11-01T08:00:00.000Z', updatedAt: '2026-11-02T08:00:00.000Z' };
const DONE = { body: { id: '501', properties: {}, ...dates } };
const UNKNOWN_PROPERTY = {
  status: 400,
  body: {
    status: 'error',
    category: 'VALIDATION_ERROR',
    message: 'Property values were not valid: [{"error":"PROPERTY_DOESNT_EXIST","name":"stagepost_contract"}]',
  },
};
const NOT_FOUND = { status: 404, body: { status: 'error', message: 'not found' } };
const CONFLICT = { status: 409, body: { status: 'error', message: 'already exists', category: 'CONFLICT' } };
const DEFINED = { status: 201, body: { name: 'x' } };

describe('moving a deal in HubSpot', () => {
  it('writes the stage alone, or with its pipeline', async () => {
    hubspot.on(PATCH, DONE);
    await hubspot.crm.writeStage('501', { stageId: '1100000007' });
    await hubspot.crm.writeStage('501', { stageId: '1100000007', pipelineId: '75012345' });
    expect(hubspot.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PATCH', '/crm/v3/objects/deals/501', { properties: { dealstage: '1100000007' } }],
      ['PATCH', '/crm/v3/objects/deals/501', { properties: { dealstage: '1100000007', pipeline: '75012345' } }],
    ]);
  });

  it("quotes HubSpot's reason when it refuses, and does not try again", async () => {
    hubspot.on(PATCH, {
      status: 400,
      body: { message: 'Stage 99 is not in pipeline default', category: 'VALIDATION_ERROR' },
    });
    await expect(hubspot.crm.writeStage('501', { stageId: '99' })).rejects.toMatchObject({
      code: 'crm.refused',
      message: 'HubSpot refused PATCH /crm/v3/objects/deals/501: Stage 99 is not in pipeline default',
      retry: 'never',
      done: 'no',
    });
    expect(hubspot.requests).toHaveLength(1);
  });
});

describe("writing the hub's fields to a deal in HubSpot", () => {
  it('takes one request when the properties exist', async () => {
    hubspot.on(PATCH, DONE);
    await hubspot.crm.writeFields('501', { stagepost_contract: 'sent', stagepost_signed_at: '' });
    expect(hubspot.requests.map(({ body }) => body)).toEqual([
      { properties: { stagepost_contract: 'sent', stagepost_signed_at: '' } },
    ]);
  });

  it('takes none when there is nothing to write', async () => {
    await hubspot.crm.writeFields('501', {});
    expect(hubspot.requests).toEqual([]);
  });

  it('defines what is missing and writes again', async () => {
    hubspot.on(PATCH, UNKNOWN_PROPERTY, DONE);
    hubspot.on(definitionOf('stagepost_contract'), NOT_FOUND);
    hubspot.on(definitionOf('stagepost_state'), { body: { name: 'stagepost_state' } });
    hubspot.on(GROUP, DEFINED);
    hubspot.on(DEFINE, DEFINED);
    await hubspot.crm.writeFields('501', { stagepost_contract: 'sent', stagepost_state: 'ok' });
    expect(hubspot.lines()).toEqual([
      PATCH,
      definitionOf('stagepost_contract'),
      GROUP,
      DEFINE,
      definitionOf('stagepost_state'),
      PATCH,
    ]);
    expect(hubspot.requests[2]?.body).toEqual({ name: 'stagepost', label: 'Stagepost' });
    expect(hubspot.requests[3]?.body).toEqual({
      name: 'stagepost_contract',
      label: 'Stagepost contract',
      description: 'Written by Stagepost; changes made by hand are overwritten.',
      groupName: 'stagepost',
      type: 'string',
      fieldType: 'text',
    });
    expect(hubspot.requests[5]?.body).toEqual({ properties: { stagepost_contract: 'sent', stagepost_state: 'ok' } });
  });

  it('goes on when somebody else defined it at the same moment', async () => {
    hubspot.on(PATCH, UNKNOWN_PROPERTY, DONE);
    hubspot.on(definitionOf('stagepost_contract'), NOT_FOUND);
    hubspot.on(GROUP, CONFLICT);
    hubspot.on(DEFINE, CONFLICT);
    await hubspot.crm.writeFields('501', { stagepost_contract: 'sent' });
    expect(hubspot.lines().at(-1)).toBe(PATCH);
  });

  it('does not write again when nothing was missing, and looks at the definition once only', async () => {
    hubspot.on(PATCH, { status: 400, body: { message: 'too long', category: 'VALIDATION_ERROR' } });
    hubspot.on(definitionOf('stagepost_contract'), { body: { name: 'stagepost_contract' } });
    for (let turn = 0; turn < 2; turn += 1) {
      await expect(hubspot.crm.writeFields('501', { stagepost_contract: 'x' })).rejects.toMatchObject({
        code: 'crm.refused',
        message: 'HubSpot refused PATCH /crm/v3/objects/deals/501: too long',
      });
    }
    expect(hubspot.lines()).toEqual([PATCH, definitionOf('stagepost_contract'), PATCH]);
  });

  it('never defines a property that is not called after the hub', async () => {
    hubspot.on(PATCH, UNKNOWN_PROPERTY);
    await expect(hubspot.crm.writeFields('501', { ammount: '5' })).rejects.toMatchObject({ code: 'crm.refused' });
    expect(hubspot.lines()).toEqual([PATCH]);
  });

  it('names the scope that is missing for a definition', async () => {
    hubspot.on(PATCH, UNKNOWN_PROPERTY);
    hubspot.on(definitionOf('stagepost_contract'), NOT_FOUND);
    hubspot.on(GROUP, {
      status: 403,
      body: {
        category: 'MISSING_SCOPES',
        message: 'This app has not been granted all required scopes',
        errors: [{ message: 'x', context: { requiredGranularScopes: ['crm.schemas.deals.write'] } }],
      },
    });
    await expect(hubspot.crm.writeFields('501', { stagepost_contract: 'sent' })).rejects.toMatchObject({
      code: 'crm.forbidden',
      message:
        'HubSpot does not allow POST /crm/v3/properties/deals/groups (missing scope: crm.schemas.deals.write); add the scope to the app and grant it again',
      retry: 'never',
    });
  });
});
