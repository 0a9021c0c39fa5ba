import { describe, expect, it } from 'vitest';
import { metadataXml } from './component.ts';
import { salesforceSetup } from './setup.ts';
import { problemsOf, textsAt, UNCOVERED_TYPES } from './test-metadata.ts';

const result = salesforceSetup.prepare({
  connectionId: 'salesforce-main',
  settings: { orgId: '00D000000000062', instanceUrl: 'https://acme.my.salesforce.com', recordTypes: true },
  publicUrl: 'https://hooks.acme.example',
  signingKeys: ['kkkkk-a-signing-key-of-tests'],
  options: {
    'integration-user': 'hub&spoke@acme.example',
    'aws-account': '123456789012',
    'aws-region': 'eu-central-1',
  },
});
const xmlFiles = (result.ok ? result.files : []).filter(({ path }) => path.endsWith('.xml'));

describe('the metadata of a Salesforce org', () => {
  it('is there', () => {
    expect(xmlFiles).toHaveLength(21);
  });

  it.each(xmlFiles.map(({ path, text }) => [path, text]))('%s follows the schema of its type', (_, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('is held against our own reading of the pages only for these types', () => {
    expect(UNCOVERED_TYPES).toEqual([
      'ExternalCredentialPrincipalAccess',
      'NamedCredentialParameter',
      'ExternalCredential',
      'ExternalCredentialParameter',
      'EventRelayConfig',
    ]);
  });

  it('escapes what would end an element', () => {
    const text = xmlFiles.find(({ path }) => path.endsWith('Opportunity.workflow-meta.xml'))?.text ?? '';
    expect(text).toContain('<integrationUser>hub&amp;spoke@acme.example</integrationUser>');
    expect(textsAt(text, 'outboundMessages/integrationUser')).toEqual(['hub&spoke@acme.example']);
  });
});

describe('what the schema does not allow is noticed:', () => {
  const channel = { channelType: 'data', label: 'Stagepost' };
  const message = {
    apiVersion: '66.0',
    endpointUrl: 'https://hub.example',
    fields: ['Id', 'StageName'],
    includeSessionId: false,
    integrationUser: 'hub@acme.example',
    name: 'Message',
    protected: false,
  };

  it.each([
    ['nothing', metadataXml('PlatformEventChannel', channel), []],
    ['nothing in a list', metadataXml('Workflow', { outboundMessages: message }), []],
    [
      'an element that is unknown',
      metadataXml('PlatformEventChannel', { ...channel, state: 'STOP' }),
      ['PlatformEventChannel knows no state'],
    ],
    [
      'an element that is missing',
      metadataXml('PlatformEventChannel', { label: 'x' }),
      ['PlatformEventChannel lacks channelType'],
    ],
    [
      'an element in the wrong place',
      metadataXml('PlatformEventChannel', { label: 'x', channelType: 'data' }),
      ['PlatformEventChannel has its elements out of order'],
    ],
    [
      'an element twice',
      metadataXml('PlatformEventChannel', { channelType: ['data', 'event'], label: 'x' }),
      ['PlatformEventChannel has channelType 2 times'],
    ],
    [
      'no truth value deep down',
      metadataXml('Workflow', { outboundMessages: { ...message, includeSessionId: 'no' } }),
      ['includeSessionId is no boolean: no'],
    ],
    [
      'no number',
      metadataXml('Workflow', { outboundMessages: { ...message, apiVersion: 'latest' } }),
      ['apiVersion is no number: latest'],
    ],
    ['an unknown type', metadataXml('EventRelay', { label: 'x' }), ['EventRelay is no type']],
    [
      'another namespace',
      '<PlatformEventChannel xmlns="urn:x"><channelType>data</channelType><label>x</label></PlatformEventChannel>',
      ['PlatformEventChannel is not in http://soap.sforce.com/2006/04/metadata'],
    ],
  ])('%s', (_, xml, problems) => {
    expect(problemsOf(xml)).toEqual(problems);
  });

  it('a file that is not well-formed', () => {
    expect(() => problemsOf('<Flow><label></Flow>')).toThrow(/line 1/);
  });
});
