import { describe, expect, it } from 'vitest';
import { fieldsOf, OWNED_FIELDS } from '../../../domain/owned-fields.ts';
import { config, contract, deal, plan } from '../../../domain/test-builders.ts';
import type { SetupInput } from '../../provider-setup.ts';
import { salesforceDoor } from '../inbound/door.ts';
import { salesforceSetup } from './setup.ts';
import { textsAt } from './test-metadata.ts';

const KEY = 'kkkkk-a-signing-key-of-tests';
/** HMAC-SHA256 of `stagepost/salesforce/outbound-message/v1` and `.../flow-api-key/v1` under that key, made elsewhere. */
const URL_TOKEN = 'mCStce1Jc8bKYZUc1zZUVTJr13n1Ac6zxZemz_kndSw';
const API_KEY = 'n9xsL37SwYZrsa9C--9VzFGRZXQlRZYQkjfdeZY8MjU';

function input(change: Partial<SetupInput> = {}, settings: Record<string, unknown> = {}): SetupInput {
  return {
    connectionId: 'salesforce-main',
    settings: { orgId: '00D000000000062', instanceUrl: 'https://acme.my.salesforce.com', ...settings },
    publicUrl: 'https://hooks.acme.example',
    signingKeys: [KEY, 'an-older-signing-key'],
    options: { 'integration-user': 'hub@acme.example' },
    ...change,
  };
}

function prepared(given: SetupInput = input()) {
  const result = salesforceSetup.prepare(given);
  if (!result.ok) throw new Error(result.problem);
  return {
    ...result,
    paths: result.files.map(({ path }) => path),
    text: (path: string) => result.files.find((each) => each.path === path)?.text ?? `no ${path}`,
  };
}

const WORKFLOW = 'force-app/main/default/workflows/Opportunity.workflow-meta.xml';
const PERMISSION_SET = 'force-app/main/default/permissionsets/Stagepost.permissionset-meta.xml';

describe('the project for a Salesforce org', () => {
  it('holds what is deployed at once, and the callout beside it', () => {
    expect(prepared().paths).toEqual([
      'sfdx-project.json',
      '.gitignore',
      'manifest/package.xml',
      'force-app/main/default/objects/Opportunity/fields/Stagepost_Contract_Status__c.field-meta.xml',
      'force-app/main/default/objects/Opportunity/fields/Stagepost_Contract_Envelope__c.field-meta.xml',
      'force-app/main/default/objects/Opportunity/fields/Stagepost_Contract_Sent_At__c.field-meta.xml',
      'force-app/main/default/objects/Opportunity/fields/Stagepost_Contract_Signed_At__c.field-meta.xml',
      'force-app/main/default/objects/Opportunity/fields/Stagepost_Onboarding_Status__c.field-meta.xml',
      'force-app/main/default/objects/Activity/fields/Stagepost_Key__c.field-meta.xml',
      WORKFLOW,
      'force-app/main/default/flows/Stagepost_Opportunity_Created.flow-meta.xml',
      'force-app/main/default/flows/Stagepost_Opportunity_Changed.flow-meta.xml',
      PERMISSION_SET,
      'manifest/flow-callout.xml',
      'flow-callout/main/default/externalCredentials/Stagepost.externalCredential-meta.xml',
      'flow-callout/main/default/namedCredentials/Stagepost.namedCredential-meta.xml',
      'flow-callout/main/default/permissionsets/Stagepost_Callout.permissionset-meta.xml',
    ]);
  });

  it('is a project that sf understands', () => {
    expect(JSON.parse(prepared().text('sfdx-project.json'))).toEqual({
      name: 'stagepost',
      namespace: '',
      packageDirectories: [
        { path: 'force-app', default: true },
        { path: 'flow-callout', default: false },
      ],
      sfdcLoginUrl: 'https://acme.my.salesforce.com',
      sourceApiVersion: '66.0',
    });
  });

  it('lists its members in the manifest', () => {
    const manifest = prepared().text('manifest/package.xml');
    expect(textsAt(manifest, 'types/name')).toEqual(['CustomField', 'Flow', 'PermissionSet', 'Workflow']);
    expect(textsAt(manifest, 'types/members')).toEqual([
      'Activity.Stagepost_Key__c',
      'Opportunity.Stagepost_Contract_Envelope__c',
      'Opportunity.Stagepost_Contract_Sent_At__c',
      'Opportunity.Stagepost_Contract_Signed_At__c',
      'Opportunity.Stagepost_Contract_Status__c',
      'Opportunity.Stagepost_Onboarding_Status__c',
      'Stagepost_Opportunity_Changed',
      'Stagepost_Opportunity_Created',
      'Stagepost',
      'Opportunity',
    ]);
  });

  it('keeps the token out of a repository', () => {
    expect(prepared().text('.gitignore').split('\n')).toContain('*');
  });
});

describe('the Outbound Message', () => {
  it('goes to the webhook of the connection, with the token of the newest key', () => {
    expect(textsAt(prepared().text(WORKFLOW), 'outboundMessages/endpointUrl')).toEqual([
      `https://hooks.acme.example/webhooks/salesforce/salesforce-main?token=${URL_TOKEN}`,
    ]);
  });

  it('is let in by the door', () => {
    const [url = ''] = textsAt(prepared().text(WORKFLOW), 'outboundMessages/endpointUrl');
    const request = { method: 'POST', url, headers: {}, body: new Uint8Array() };
    expect(salesforceDoor.verify(request, { signingKeys: ['a-newer-signing-key-than-that', KEY] }, 0).ok).toBe(true);
    expect(salesforceDoor.verify(request, { signingKeys: ['an-older-signing-key'] }, 0).ok).toBe(false);
  });

  it('is sent by the integration user, carries no session, and is called by both flows', () => {
    const { text } = prepared();
    expect(textsAt(text(WORKFLOW), 'outboundMessages/integrationUser')).toEqual(['hub@acme.example']);
    expect(textsAt(text(WORKFLOW), 'outboundMessages/includeSessionId')).toEqual(['false']);
    expect(textsAt(text(WORKFLOW), 'outboundMessages/fields')).toEqual(['Id', 'LastModifiedDate', 'StageName']);
    for (const flow of ['Created', 'Changed']) {
      const xml = text(`force-app/main/default/flows/Stagepost_Opportunity_${flow}.flow-meta.xml`);
      expect(textsAt(xml, 'actionCalls/actionName')).toEqual(['Opportunity.Stagepost_Opportunity']);
      expect(textsAt(xml, 'start/connector/targetReference')).toEqual(textsAt(xml, 'actionCalls/name'));
    }
  });

  it('takes the user of the settings where none is named', () => {
    const { text } = prepared(input({ options: {} }, { username: 'of-settings@acme.example' }));
    expect(textsAt(text(WORKFLOW), 'outboundMessages/integrationUser')).toEqual(['of-settings@acme.example']);
  });
});

describe('the flows', () => {
  const CHANGED = 'force-app/main/default/flows/Stagepost_Opportunity_Changed.flow-meta.xml';

  it('start after a save: one for new opportunities, one for what is worth a message', () => {
    const { text } = prepared();
    const created = text('force-app/main/default/flows/Stagepost_Opportunity_Created.flow-meta.xml');
    expect(textsAt(created, 'start/recordTriggerType')).toEqual(['Create']);
    expect(textsAt(created, 'start/triggerType')).toEqual(['RecordAfterSave']);
    expect(textsAt(created, 'start/filterFormula')).toEqual([]);
    expect(textsAt(text(CHANGED), 'start/recordTriggerType')).toEqual(['Update']);
    expect(textsAt(text(CHANGED), 'start/triggerType')).toEqual(['RecordAfterSave']);
    expect(textsAt(text(CHANGED), 'start/filterFormula')).toEqual([
      'OR(ISCHANGED({!$Record.AccountId}), ISCHANGED({!$Record.Amount}), ISCHANGED({!$Record.CloseDate}), ISCHANGED({!$Record.OwnerId}), ISCHANGED({!$Record.StageName}))',
    ]);
  });

  it('watch the record type only where there are some', () => {
    const [formula] = textsAt(prepared(input({}, { recordTypes: true })).text(CHANGED), 'start/filterFormula');
    expect(formula).toContain('ISCHANGED({!$Record.RecordTypeId})');
  });
});

describe('the fields', () => {
  it('are all that the hub can write', () => {
    const written = fieldsOf({
      deal: deal([]),
      contracts: [contract({ state: 'completed', envelopeId: 'e1', sentAtMs: 1, endedAtMs: 2 })],
      plans: [plan()],
      tasks: [],
      config: config(),
    });
    expect(Object.keys(written).sort()).toEqual([...OWNED_FIELDS].sort());
  });

  it('are texts of 255 characters', () => {
    const xml = prepared().text(
      'force-app/main/default/objects/Opportunity/fields/Stagepost_Contract_Sent_At__c.field-meta.xml',
    );
    expect(['fullName', 'label', 'type', 'length', 'required'].map((name) => textsAt(xml, name)[0])).toEqual([
      'Stagepost_Contract_Sent_At__c',
      'Stagepost Contract Sent At',
      'Text',
      '255',
      'false',
    ]);
  });

  it.each([
    [undefined, 'false'],
    [true, 'true'],
  ])('make the key of a task unique only when asked: %s', (asked, unique) => {
    const options = { 'integration-user': 'hub@acme.example', ...(asked ? { 'unique-task-key': asked } : {}) };
    const xml = prepared(input({ options })).text(
      'force-app/main/default/objects/Activity/fields/Stagepost_Key__c.field-meta.xml',
    );
    expect(['length', 'unique', 'externalId'].map((name) => textsAt(xml, name)[0])).toEqual(['100', unique, unique]);
  });
});

describe('the permission set', () => {
  const xml = prepared().text(PERMISSION_SET);

  it('covers every field of the hub, and no required field, which would be refused', () => {
    expect(textsAt(xml, 'fieldPermissions/field')).toEqual([
      'Opportunity.Stagepost_Contract_Status__c',
      'Opportunity.Stagepost_Contract_Envelope__c',
      'Opportunity.Stagepost_Contract_Sent_At__c',
      'Opportunity.Stagepost_Contract_Signed_At__c',
      'Opportunity.Stagepost_Onboarding_Status__c',
      'Opportunity.AccountId',
      'Opportunity.Amount',
      'Contact.Email',
      'Task.Stagepost_Key__c',
    ]);
  });

  it('lets nobody create or delete records other than tasks', () => {
    expect(textsAt(xml, 'objectPermissions/object')).toEqual(['Account', 'Contact', 'Opportunity', 'Product2']);
    expect(textsAt(xml, 'objectPermissions/allowEdit')).toEqual(['false', 'false', 'true', 'false']);
    for (const name of ['allowCreate', 'allowDelete', 'modifyAllRecords']) {
      expect(textsAt(xml, `objectPermissions/${name}`)).toEqual(['false', 'false', 'false', 'false']);
    }
    expect(textsAt(xml, 'userPermissions/name')).toEqual(['ApiEnabled', 'EditTask']);
  });
});

describe('the Flow callout', () => {
  it('sends the header that the door reads, with a value that only the org has', () => {
    const { text, steps, files } = prepared();
    const external = text('flow-callout/main/default/externalCredentials/Stagepost.externalCredential-meta.xml');
    expect(textsAt(external, 'externalCredentialParameters/parameterValue')).toEqual([
      '{!$Credential.Stagepost.ApiKey}',
    ]);
    const [principal, header = ''] = textsAt(external, 'externalCredentialParameters/parameterName');
    expect(principal).toBe('Hub');
    const request = { method: 'POST', url: '/', headers: { [header.toLowerCase()]: API_KEY }, body: new Uint8Array() };
    expect(salesforceDoor.verify(request, { signingKeys: [KEY] }, 0).ok).toBe(true);
    expect(steps.filter((step) => step.includes(API_KEY))).toHaveLength(1);
    expect(files.filter((file) => file.text.includes(API_KEY))).toEqual([]);
  });
});

describe('the event relay', () => {
  const options = { ...input().options, 'aws-account': '123456789012', 'aws-region': 'eu-central-1' };
  const { text, paths, steps } = prepared(input({ options }));

  it('is there only when the AWS account is known', () => {
    expect(paths.filter((path) => path.startsWith('event-relay/'))).toEqual([
      'event-relay/main/default/platformEventChannels/Stagepost__chn.platformEventChannel-meta.xml',
      'event-relay/main/default/platformEventChannelMembers/Stagepost_chn_OpportunityChangeEvent.platformEventChannelMember-meta.xml',
      'event-relay/main/default/platformEventChannelMembers/Stagepost_chn_OpportunityContactRoleChangeEvent.platformEventChannelMember-meta.xml',
      'event-relay/main/default/namedCredentials/Stagepost_AWS.namedCredential-meta.xml',
      'event-relay/main/default/eventRelays/Stagepost.eventRelay-meta.xml',
    ]);
    expect(JSON.parse(text('sfdx-project.json')).packageDirectories).toHaveLength(3);
    expect(steps.some((step) => step.includes('--source-dir event-relay'))).toBe(true);
    expect(prepared().steps.some((step) => step.includes('event-relay'))).toBe(false);
  });

  it('names the account in capitals, and is created stopped', () => {
    const credential = text('event-relay/main/default/namedCredentials/Stagepost_AWS.namedCredential-meta.xml');
    expect(textsAt(credential, 'endpoint')).toEqual(['arn:aws:EU-CENTRAL-1:123456789012']);
    const relay = text('event-relay/main/default/eventRelays/Stagepost.eventRelay-meta.xml');
    expect(textsAt(relay, 'destinationResourceName')).toEqual(['callout:Stagepost_AWS']);
    expect(textsAt(relay, 'relayOption')).toEqual(['{"ReplayRecovery":"EARLIEST"}']);
    expect(textsAt(relay, 'state')).toEqual(['STOP']);
  });
});

describe('what cannot be set up is refused:', () => {
  const user = { 'integration-user': 'hub@acme.example' };

  it.each([
    ['http', { publicUrl: 'http://hooks.acme.example' }, /not https/],
    ['this machine', { publicUrl: 'http://127.0.0.1:4200' }, /only this machine can reach/],
    ['this machine over TLS', { publicUrl: 'https://localhost:4200' }, /only this machine can reach/],
    ['a port that Salesforce does not call', { publicUrl: 'https://hooks.acme.example:444' }, /on port 444/],
    ['no user', { options: {} }, /nobody said which/],
    ['a name that is no username', { options: { 'integration-user': 'hub' } }, /"hub" is not a Salesforce username/],
    ['a short key', { signingKeys: ['short'] }, /shorter than 16 characters/],
    ['an account without a region', { options: { ...user, 'aws-account': '123456789012' } }, /both the AWS account/],
    [
      'a wrong account',
      { options: { ...user, 'aws-account': '1', 'aws-region': 'eu-central-1' } },
      /"1" is not an AWS/,
    ],
    [
      'a wrong region',
      { options: { ...user, 'aws-account': '123456789012', 'aws-region': 'EU' } },
      /"EU" is not an AWS region/,
    ],
  ])('%s', (_, change, problem) => {
    const result = salesforceSetup.prepare(input(change));
    expect(result.ok ? 'prepared' : result.problem).toMatch(problem);
  });

  it('but not port 1024 and above, nor a simulator on this machine', () => {
    expect(salesforceSetup.prepare(input({ publicUrl: 'https://hooks.acme.example:1024' })).ok).toBe(true);
    const sandbox = input({ publicUrl: 'http://127.0.0.1:4200' }, { instanceUrl: 'http://127.0.0.1:4203' });
    expect(salesforceSetup.prepare(sandbox).ok).toBe(true);
  });
});
