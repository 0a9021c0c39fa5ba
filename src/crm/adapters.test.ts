import { describe, expect, it } from 'vitest';
import { hubspotConnection } from '../../test/conformance/scripted-hubspot.ts';
import { createCrmPort } from './adapters.ts';
import { crmProviderNames } from './provider-names.ts';

const deps = { readSecret: async () => ({ signingKeys: ['k'], accessToken: 'pat' }), clock: { nowMs: () => 0 } };

describe('the registry of CRM adapters', () => {
  it('builds the adapter that the connection names', () => {
    expect(createCrmPort(hubspotConnection({ portalId: 1 }), deps).connectionId).toBe('hubspot-main');
  });

  it('has an adapter for every provider that the deployment has queues for', () => {
    const settings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      hubspot: { portalId: 1 },
      salesforce: { orgId: '00D5f000001ZzXk', instanceUrl: 'https://acme.my.salesforce.com' },
    };
    for (const provider of crmProviderNames) {
      const connection = { ...hubspotConnection(settings[provider] ?? {}), provider };
      expect(() => createCrmPort(connection, deps), provider).not.toThrow();
    }
  });

  it('says which providers there are when the connection names another', () => {
    const connection = { ...hubspotConnection({ portalId: 1 }), provider: 'pipedrive' };
    expect(() => createCrmPort(connection, deps)).toThrow(
      'connection hubspot-main names the CRM provider pipedrive; known are: hubspot, salesforce',
    );
  });
});
