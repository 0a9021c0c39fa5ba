import { describe, expect, it } from 'vitest';
import type { ConnectionPolicy } from '../domain/policies.ts';
import { readConnectionsVariable } from '../webhooks/webhook-environment.ts';
import { accountsOf, connectionsVariable, secretNameOf } from './connections.ts';
import { providerSettings } from './provider-settings.ts';
import { testProviders } from './test-providers.ts';

const connections: readonly ConnectionPolicy[] = [
  { id: 'crm-main', provider: 'somecrm', role: 'crm', mode: 'live', effectsFromMs: 0, settings: { org: 'org-1' } },
  {
    id: 'crm-two',
    provider: 'somecrm',
    role: 'crm',
    mode: 'observe',
    effectsFromMs: 0,
    secret: 'keys/two',
    settings: { org: 'org-2' },
  },
  { id: 'sign', provider: 'somesign', role: 'esign', mode: 'live', effectsFromMs: 0, settings: { account: 'a-1' } },
];

describe('connections', () => {
  it('keep their keys under their own name unless another is given', () => {
    expect(connections.map(secretNameOf)).toEqual(['stagepost/crm-main', 'keys/two', 'stagepost/sign']);
  });

  it('become the variable of the webhooks function, without settings', () => {
    const text = connectionsVariable(connections);
    expect(text).toBe(
      '[{"id":"crm-main","provider":"somecrm","secret":"stagepost/crm-main"},{"id":"crm-two","provider":"somecrm","secret":"keys/two"},{"id":"sign","provider":"somesign","secret":"stagepost/sign"}]',
    );
    expect(readConnectionsVariable(text)).toHaveLength(3);
  });

  it('of one provider come with the accounts that its webhooks name', () => {
    expect(accountsOf(connections, 'somecrm', testProviders)).toEqual([
      { id: 'crm-main', provider: 'somecrm', accountId: 'org-1', secret: 'stagepost/crm-main' },
      { id: 'crm-two', provider: 'somecrm', accountId: 'org-2', secret: 'keys/two' },
    ]);
    expect(accountsOf(connections, 'nobody', testProviders)).toEqual([]);
  });

  it('of the real providers name their accounts as the webhooks do', () => {
    const hubspot = { portalId: 24681012, baseUrl: 'https://api.hubapi.com' };
    const docusign = {
      accountId: '9D5F0C1E-4B7A-4C52-8D0E-2F6A1B3C4D5E',
      userId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      integrationKey: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
      authHost: 'account-d.docusign.com',
    };
    const common = { mode: 'live', effectsFromMs: 0 } as const;
    const real: readonly ConnectionPolicy[] = [
      { id: 'h', provider: 'hubspot', role: 'crm', settings: hubspot, ...common },
      { id: 'd', provider: 'docusign', role: 'esign', settings: docusign, ...common },
    ];
    expect(providerSettings.flatMap(({ provider }) => accountsOf(real, provider))).toEqual([
      { id: 'h', provider: 'hubspot', accountId: '24681012', secret: 'stagepost/h' },
      { id: 'd', provider: 'docusign', accountId: '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e', secret: 'stagepost/d' },
    ]);
  });
});
