import { describeCrmPort } from './crm-port-suite.ts';
import { startHubSpotWorld } from './hubspot-world.ts';

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
