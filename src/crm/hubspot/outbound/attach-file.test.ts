import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedHubSpot, startScriptedHubSpot } from '../../../../test/conformance/scripted-hubspot.ts';

let hubspot: ScriptedHubSpot;
beforeEach(async () => {
  hubspot = await startScriptedHubSpot();
});
afterEach(() => hubspot.stop());

const LINKS = 'GET /crm/v4/objects/deals/501/associations/notes?limit=500';
const READ = 'POST /crm/v3/objects/notes/batch/read';
const UPLOAD = 'POST /files/v3/files';
const NOTE = 'POST /crm/v3/objects/notes';
const dates = { createdAt: '2026-11-23T09:00:00.000Z', updatedAt: '2026-11-23T09:00:00.000Z' };
const file = {
  effectKey: 'hubspot-main.501/1/signed',
  fileName: 'contract-1-signed.pdf',
  contentType: 'application/pdf',
  bytes: new TextEncoder().encode('%PDF-1.7 signed'),
  note: 'Contract 1, signed & sealed',
};

describe('attaching a file to a deal in HubSpot', () => {
  it('uploads it privately and puts it on a note that carries the key', async () => {
    hubspot.on(LINKS, { body: { results: [] } });
    hubspot.on(UPLOAD, { status: 201, body: { id: '12345', access: 'PRIVATE' } });
    hubspot.on(NOTE, { status: 201, body: { id: '7701', properties: {}, ...dates } });
    expect(await hubspot.crm.attachFile('501', file)).toEqual({ id: '7701', existed: false });
    expect(hubspot.lines()).toEqual([LINKS, UPLOAD, NOTE]);
    expect(hubspot.requests[2]?.body).toEqual({
      properties: {
        hs_timestamp: '2026-11-23T09:00:00.000Z',
        hs_note_body: 'Contract 1, signed &amp; sealed<br>[stagepost:hubspot-main.501/1/signed]',
        hs_attachment_ids: '12345',
      },
      associations: [
        { to: { id: '501' }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 214 }] },
      ],
    });
  });

  it('sends the form that HubSpot asks for', async () => {
    hubspot.on(LINKS, { body: { results: [] } });
    hubspot.on(UPLOAD, { status: 201, body: { id: 12345 } });
    hubspot.on(NOTE, { status: 201, body: { id: '7701', properties: {}, ...dates } });
    await hubspot.crm.attachFile('501', file);
    const upload = hubspot.requests[1];
    expect(upload?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(upload?.headers.authorization).toBe('Bearer pat-na1-test');
    const form = await new Response(String(upload?.body), {
      headers: { 'content-type': String(upload?.headers['content-type']) },
    }).formData();
    expect([...form.keys()]).toEqual(['file', 'fileName', 'folderPath', 'options']);
    expect(form.get('fileName')).toBe('contract-1-signed.pdf');
    expect(form.get('folderPath')).toBe('/stagepost');
    expect(JSON.parse(String(form.get('options')))).toEqual({
      access: 'PRIVATE',
      overwrite: false,
      duplicateValidationStrategy: 'RETURN_EXISTING',
      duplicateValidationScope: 'EXACT_FOLDER',
    });
    const sent = form.get('file') as File;
    expect([sent.name, sent.type, await sent.text()]).toEqual([
      'contract-1-signed.pdf',
      'application/pdf',
      '%PDF-1.7 signed',
    ]);
    expect(hubspot.requests[2]?.body).toHaveProperty('properties.hs_attachment_ids', '12345');
  });

  it('does nothing when a note with the key is there', async () => {
    hubspot.on(LINKS, { body: { results: [{ toObjectId: 7700 }, { toObjectId: 7701 }] } });
    hubspot.on(READ, {
      body: {
        results: [
          { id: '7700', properties: { hs_note_body: 'Call notes' }, ...dates },
          {
            id: '7701',
            properties: { hs_note_body: '<p>Signed<br>[stagepost:hubspot-main.501/1/signed]</p>' },
            ...dates,
          },
        ],
      },
    });
    expect(await hubspot.crm.attachFile('501', file)).toEqual({ id: '7701', existed: true });
    expect(hubspot.lines()).toEqual([LINKS, READ]);
    expect(hubspot.requests[1]?.body).toEqual({
      inputs: [{ id: '7700' }, { id: '7701' }],
      properties: ['hs_note_body'],
      propertiesWithHistory: [],
    });
  });

  it('writes no note when the upload fails', async () => {
    hubspot.on(LINKS, { body: { results: [] } });
    hubspot.on(UPLOAD, { status: 502, body: '<html>bad gateway</html>' });
    await expect(hubspot.crm.attachFile('501', file)).rejects.toMatchObject({
      code: 'crm.unavailable',
      done: 'unknown',
    });
    expect(hubspot.lines()).toEqual([LINKS, UPLOAD]);
  });
});
