import { describeCrmPort } from './crm-port-suite.ts';
import { startHubSpotWorld } from './hubspot-world.ts';
import { startSalesforceWorld } from './salesforce-world.ts';

describeCrmPort('HubSpot with the token of a private app', () => startHubSpotWorld({ grant: 'private-app' }));

// Everything that no public source settles, the other way round.
describeCrmPort('HubSpot with an OAuth app, in a portal that differs wherever portals may differ', () =>
  startHubSpotWorld({
    grant: 'oauth',
    switches: {
      format: 'both',
      eventIdOnRetry: 'new',
      historyOrder: 'oldest-first',
      mergedIdAnswers: 'not-found',
      uniqueTaskProperties: true,
      uniqueClashStatus: 409,
      refreshTokenRotates: true,
    },
  }),
);

describeCrmPort('HubSpot without the right to define properties of tasks', () =>
  startHubSpotWorld({
    grant: 'private-app',
    switches: { format: 'generic', missingScopes: ['crm.schemas.contacts.read', 'crm.schemas.contacts.write'] },
  }),
);

describeCrmPort('Salesforce with client credentials', () => startSalesforceWorld({ grant: 'client-credentials' }));

// The other way round here too.
describeCrmPort('Salesforce with a signed grant, in an org that differs wherever orgs may differ', () =>
  startSalesforceWorld({
    grant: 'jwt',
    settings: { environment: 'sandbox', currency: 'USD', recordTypes: true, stageHistory: 'fieldHistory' },
    switches: {
      environment: 'sandbox',
      multiCurrency: true,
      recordTypes: true,
      restrictedStages: true,
      fieldHistory: 'on',
      uniqueTaskKey: true,
      duplicateFields: 'named',
      pageSize: 2,
      lockStatus: 409,
      orgIdLength: 15,
      soapContentType: 'application/xml',
      soapActionHeader: false,
      deletedNotification: 'empty-object',
      relayIds: true,
      commitDelayMs: 700,
      commitInWholeSeconds: true,
    },
  }),
);

describeCrmPort('Salesforce where the field for the key of tasks was never deployed', () =>
  startSalesforceWorld({ grant: 'client-credentials', deployed: 'without-task-key' }),
);
