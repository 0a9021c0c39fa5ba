import { describe, expect, it } from 'vitest';
import type { SetupInput } from '../../provider-setup.ts';
import { hubspotParser } from '../inbound/parser.ts';
import { hubspotSetup } from './setup.ts';

function input(change: Partial<SetupInput> = {}): SetupInput {
  return {
    connectionId: 'hubspot-main',
    settings: { portalId: 1234567 },
    publicUrl: 'https://hooks.acme.example',
    signingKeys: [],
    options: {},
    ...change,
  };
}

const prepared = hubspotSetup.prepare(input());
const files = prepared.ok ? prepared.files : [];
const read = (path: string) => JSON.parse(files.find((file) => file.path === path)?.text ?? 'null');
const webhooks = read('src/app/webhooks/webhooks-hsmeta.json');

describe('the project for a HubSpot account', () => {
  it('has a description, an app and its webhooks', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'hsproject.json',
      'src/app/app-hsmeta.json',
      'src/app/webhooks/webhooks-hsmeta.json',
    ]);
    expect(read('hsproject.json')).toEqual({
      name: 'stagepost-hubspot-main',
      srcDir: 'src',
      platformVersion: '2026.03',
    });
  });

  it('sends webhooks to the connection', () => {
    expect(webhooks.config.settings).toEqual({
      targetUrl: 'https://hooks.acme.example/webhooks/hubspot/hubspot-main',
      maxConcurrentRequests: 10,
    });
  });

  it('subscribes to everything about deals that the hub understands', () => {
    const { crmObjects, legacyCrmObjects, hubEvents } = webhooks.config.subscriptions;
    const told = [...crmObjects, ...legacyCrmObjects].map(
      ({ subscriptionType, objectType, propertyName }: Record<string, string>) =>
        [objectType, subscriptionType, propertyName].filter((part) => part !== undefined).join(' '),
    );
    expect(told).toEqual([
      'deal object.creation',
      'deal object.deletion',
      'deal object.merge',
      'deal object.restore',
      'deal object.propertyChange amount',
      'deal object.propertyChange closedate',
      'deal object.propertyChange dealname',
      'deal object.propertyChange dealstage',
      'deal object.propertyChange hs_salesforceopportunityid',
      'deal object.propertyChange hubspot_owner_id',
      'deal object.propertyChange pipeline',
      'deal.associationChange',
    ]);
    expect([...crmObjects, ...legacyCrmObjects].every(({ active }: { active: boolean }) => active)).toBe(true);
    expect(hubEvents).toEqual([{ subscriptionType: 'contact.privacyDeletion', active: true }]);
  });

  it('asks for events that the parser takes for facts', () => {
    const { crmObjects, legacyCrmObjects, hubEvents } = webhooks.config.subscriptions;
    for (const { subscriptionType, propertyName } of [...crmObjects, ...legacyCrmObjects, ...hubEvents]) {
      const event = {
        subscriptionType,
        propertyName,
        portalId: 1234567,
        occurredAt: 1_795_427_415_123,
        objectId: 11,
        ...(subscriptionType.startsWith('object.') ? { objectTypeId: '0-3' } : {}),
        ...(propertyName === undefined ? {} : { propertyValue: '1' }),
        ...(subscriptionType.endsWith('merge') ? { primaryObjectId: 11, mergedObjectIds: [12] } : {}),
        ...(subscriptionType.endsWith('associationChange')
          ? { associationType: 'DEAL_TO_CONTACT', fromObjectId: 11, toObjectId: 7 }
          : {}),
      };
      const parsed = hubspotParser.parse(
        {
          v: 1,
          kind: 'delivery',
          deliveryId: 'd',
          traceId: 't',
          provider: 'hubspot',
          connectionId: 'hubspot-main',
          receivedAtMs: 1_795_427_416_000,
          headers: {},
          bodyBase64: Buffer.from(JSON.stringify([event])).toString('base64'),
        },
        {
          connections: [{ id: 'hubspot-main', provider: 'hubspot', accountId: '1234567' }],
          receivedAtMs: 1_795_427_416_000,
        },
      );
      expect([subscriptionType, parsed.rejects, parsed.ignored]).toEqual([subscriptionType, [], {}]);
      expect(parsed.signals.length + (parsed.removals?.length ?? 0)).toBeGreaterThan(0);
    }
  });

  it('asks for no more than the adapter needs', () => {
    const app = read('src/app/app-hsmeta.json');
    expect(app.config.distribution).toBe('private');
    expect(app.config.auth).toEqual({
      type: 'static',
      requiredScopes: [
        'crm.objects.companies.read',
        'crm.objects.contacts.read',
        'crm.objects.contacts.write',
        'crm.objects.deals.read',
        'crm.objects.deals.write',
        'crm.objects.line_items.read',
        'crm.objects.owners.read',
        'crm.schemas.contacts.read',
        'crm.schemas.contacts.write',
        'crm.schemas.deals.read',
        'crm.schemas.deals.write',
        'files',
      ],
      optionalScopes: [],
      conditionallyRequiredScopes: [],
    });
  });
});

it.each([['http://hooks.acme.example'], ['http://127.0.0.1:4200']])('refuses %s for a real account', (publicUrl) => {
  const result = hubspotSetup.prepare(input({ publicUrl }));
  expect(result.ok ? '' : result.problem).toContain(`publicUrl is ${publicUrl}`);
});

it('takes an address of this machine for a simulator on it', () => {
  const settings = { portalId: 1234567, baseUrl: 'http://127.0.0.1:4201' };
  expect(hubspotSetup.prepare(input({ publicUrl: 'http://127.0.0.1:4200', settings })).ok).toBe(true);
});
