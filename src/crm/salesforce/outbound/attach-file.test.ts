import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  OPPORTUNITY_ID,
  records,
  refusal,
  request,
  type ScriptedSalesforce,
  startScriptedSalesforce,
} from '../../../../test/conformance/scripted-salesforce.ts';

let salesforce: ScriptedSalesforce;
beforeEach(async () => {
  salesforce = await startScriptedSalesforce();
});
afterEach(() => salesforce.stop());

const LINKS = request.query(
  `SELECT ContentDocument.LatestPublishedVersionId, ContentDocument.LatestPublishedVersion.Description FROM ContentDocumentLink WHERE LinkedEntityId = '${OPPORTUNITY_ID}'`,
);
const CREATE = request.create('ContentVersion');
const VERSION_ID = '0685g00000VvAaAAAV';
const CREATED = { status: 201, body: { id: VERSION_ID, success: true, errors: [] } };
const document = (LatestPublishedVersionId: string, Description: string | null) => ({
  ContentDocument: { LatestPublishedVersionId, LatestPublishedVersion: { Description } },
});
const file = {
  effectKey: 'd/1/signed',
  fileName: 'contract-1-signed.pdf',
  contentType: 'application/pdf',
  bytes: new TextEncoder().encode('%PDF-1.7 signed'),
  note: 'Contract 1, signed',
};

describe('attaching a file in Salesforce', () => {
  it('puts it on the opportunity, with note and key as its description', async () => {
    salesforce.on(
      LINKS,
      records(document('0685g00000VvBbB', null), document('0685g00000VvCcC', '[stagepost:d/2/signed]')),
    );
    salesforce.on(CREATE, CREATED);
    expect(await salesforce.crm.attachFile('0065g00000AbCdE', file)).toEqual({ id: VERSION_ID, existed: false });
    expect(salesforce.requests.at(-1)?.body).toEqual({
      Title: 'contract-1-signed.pdf',
      PathOnClient: 'contract-1-signed.pdf',
      Description: 'Contract 1, signed\n[stagepost:d/1/signed]',
      FirstPublishLocationId: '0065g00000AbCdEAAV',
      // printf '%%PDF-1.7 signed' | base64
      VersionData: 'JVBERi0xLjcgc2lnbmVk',
    });
    expect(salesforce.calls()).toEqual([LINKS, CREATE]);
  });

  it('gives the one that is there already', async () => {
    salesforce.on(
      LINKS,
      records({ ContentDocument: null }, document('0685g00000VvAaA', 'Contract 1, signed\n[stagepost:d/1/signed]')),
    );
    expect(await salesforce.crm.attachFile(OPPORTUNITY_ID, file)).toEqual({ id: VERSION_ID, existed: true });
    expect(salesforce.calls()).toEqual([LINKS]);
  });

  it('cuts a long note, but never the key', async () => {
    salesforce.on(LINKS, records());
    salesforce.on(CREATE, CREATED);
    await salesforce.crm.attachFile(OPPORTUNITY_ID, { ...file, note: 'n'.repeat(2_000) });
    expect(salesforce.requests.at(-1)?.body).toHaveProperty(
      'Description',
      `${'n'.repeat(977)}\n[stagepost:d/1/signed]`,
    );
  });

  it('refuses a file that Salesforce would not take, without asking', async () => {
    const bytes = new Uint8Array(37_000_001);
    await expect(salesforce.crm.attachFile(OPPORTUNITY_ID, { ...file, bytes })).rejects.toMatchObject({
      code: 'crm.refused',
      message: 'contract-1-signed.pdf is larger than the 37 MB that Salesforce takes; upload it by hand',
      retry: 'never',
      done: 'no',
    });
    expect(salesforce.requests).toEqual([]);
  });

  it('says what is full when the org has no room', async () => {
    salesforce.on(LINKS, records());
    salesforce.on(CREATE, refusal(400, 'STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded'));
    await expect(salesforce.crm.attachFile(OPPORTUNITY_ID, file)).rejects.toMatchObject({
      code: 'crm.refused',
      message:
        "the Salesforce org's storage is full (Setup, Storage Usage); delete something or buy storage, then retry",
      retry: 'never',
    });
  });

  it('says that it may be there when the answer is lost, and does not send it twice', async () => {
    salesforce.on(LINKS, records());
    salesforce.on(CREATE, { answers: 'cut' });
    await expect(salesforce.crm.attachFile(OPPORTUNITY_ID, file)).rejects.toMatchObject({ done: 'unknown' });
    expect(salesforce.calls()).toEqual([LINKS, CREATE]);
  });

  it('asks nothing for what can be no opportunity', async () => {
    await expect(salesforce.crm.attachFile("x' OR Id != '", file)).rejects.toMatchObject({ code: 'crm.not-found' });
    expect(salesforce.requests).toEqual([]);
  });
});
