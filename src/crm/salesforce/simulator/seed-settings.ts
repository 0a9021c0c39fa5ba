import type { NewCustomField, NewStage } from './control-types.ts';
import type { IdKind } from './ids.ts';
import type { Org } from './org.ts';
import { wireTime } from './times.ts';
import type { Fields } from './values.ts';

const PEOPLE = [
  ['Ada', 'Okafor', 'Account executives'],
  ['Ben', 'Lindqvist', 'Customer success'],
  ['Carla', 'Reyes', 'Solutions engineering'],
  ['Dmitri', 'Sokolov', 'Legal'],
  ['Eve', 'Tanaka', 'Onboarding'],
] as const;

/** As a company would have set up its sales process; one label is no longer what the stage was first called. */
const STAGES: readonly NewStage[] = [
  { apiName: 'Prospecting', probability: 10 },
  { apiName: 'Qualification', probability: 20 },
  { apiName: 'Solutioning', probability: 30 },
  { apiName: 'Demonstration', probability: 50 },
  { apiName: 'Negotiation', probability: 70 },
  { apiName: 'Procurement', label: 'Procurement & legal', probability: 90 },
  { apiName: 'Implementation', probability: 100, isClosed: true, isWon: true },
  { apiName: 'Management', probability: 100, isClosed: true, isWon: true },
  { apiName: 'Expansion', probability: 100, isClosed: true, isWon: true },
  { apiName: 'Closed Lost', probability: 0, isClosed: true },
];

const TEXT = { type: 'Text', length: 255 } as const;
const STAGEPOST_FIELDS: readonly NewCustomField[] = [
  { object: 'Opportunity', fullName: 'Stagepost_Contract_Status__c', label: 'Contract status', ...TEXT },
  { object: 'Opportunity', fullName: 'Stagepost_Contract_Envelope__c', label: 'Contract envelope', ...TEXT },
  { object: 'Opportunity', fullName: 'Stagepost_Contract_Sent_At__c', label: 'Contract sent at', ...TEXT },
  { object: 'Opportunity', fullName: 'Stagepost_Contract_Signed_At__c', label: 'Contract signed at', ...TEXT },
  { object: 'Opportunity', fullName: 'Stagepost_Onboarding_Status__c', label: 'Onboarding status', ...TEXT },
  { object: 'Task', fullName: 'Stagepost_Key__c', label: 'Stagepost key', type: 'Text', length: 100 },
];

const RECORD_TYPES = [
  ['Enterprise', 'Enterprise'],
  ['Small business', 'Small_Business'],
] as const;

/** Organization, users, stages, record types, fields: what the org has before there is any record. Does nothing twice. */
export function seedSettings(org: Org, options: { username: string; deployed: boolean }): void {
  const { tables, mint, switches } = org;
  if (tables.get('Organization', org.orgId) !== undefined) return;
  const nowMs = org.clock.nowMs();
  const add = (type: IdKind, id: string, fields: Fields, byId: string) => {
    const at = wireTime(nowMs);
    const made = { CreatedDate: at, LastModifiedDate: at, SystemModstamp: at };
    tables.put({ id, type, fields: { ...made, CreatedById: byId, LastModifiedById: byId, ...fields, Id: id } });
  };
  const places = { TimeZoneSidKey: 'Europe/Berlin', LocaleSidKey: 'en_US', LanguageLocaleKey: 'en_US' };

  const users = PEOPLE.map(([firstName, lastName, department]) => {
    const email = `${firstName}.${lastName}@example.com`.toLowerCase();
    return { firstName, lastName, department, email, username: `${email}.sandbox` };
  });
  const integration = {
    firstName: 'Stagepost',
    lastName: 'Integration',
    department: 'Integrations',
    email: 'integration@example.com',
    username: options.username,
  };
  for (const { firstName, lastName, department, email, username } of [...users, integration]) {
    const id = mint('User');
    add(
      'User',
      id,
      {
        Username: username,
        Email: email,
        FirstName: firstName,
        LastName: lastName,
        Name: `${firstName} ${lastName}`,
        Alias: lastName.slice(0, 8).toLowerCase(),
        Department: department,
        IsActive: true,
        UserType: 'Standard',
        ...places,
      },
      id,
    );
  }
  const admin = tables.all('User')[0]?.id ?? '';
  add(
    'Organization',
    org.orgId,
    {
      Name: 'Sandbox Company',
      OrganizationType: 'Enterprise Edition',
      InstanceName: 'EU77',
      IsSandbox: switches.get().environment === 'sandbox',
      DefaultLocaleSidKey: places.LocaleSidKey,
      LanguageLocaleKey: places.LanguageLocaleKey,
      TimeZoneSidKey: places.TimeZoneSidKey,
    },
    admin,
  );
  for (const stage of STAGES) org.stages.add(stage);
  for (const [name, developerName] of RECORD_TYPES) {
    const fields = { Name: name, DeveloperName: developerName, SobjectType: 'Opportunity', IsActive: true };
    add('RecordType', mint('RecordType'), fields, admin);
  }
  if (options.deployed) for (const custom of STAGEPOST_FIELDS) org.schema.deploy(custom);
}
