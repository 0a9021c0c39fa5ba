import type { SetupFile } from '../../provider-setup.ts';

/** Version of HubSpot's developer platform that the files are written for (HubSpot, "App configuration"). */
const PLATFORM_VERSION = '2026.03';

/**
 * What the adapter asks for (HubSpot, "Scopes"): deals with their stage and fields; contacts, which also stand for tasks
 * and notes; companies, line items and owners to read; files for what was signed.
 */
const SCOPES = [
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
];

/** Properties of a deal whose change is worth a webhook; one subscription each. */
const WATCHED = [
  'amount',
  'closedate',
  'dealname',
  'dealstage',
  'hs_salesforceopportunityid',
  'hubspot_owner_id',
  'pipeline',
];

/** HubSpot's own default; it must be above 5 (HubSpot, "Webhooks API"). */
const MAX_CONCURRENT_REQUESTS = 10;

/** A project for `hs project upload`: a private app for one account, with its scopes and its webhooks. */
export function projectFiles(given: {
  readonly connectionId: string;
  readonly targetUrl: string;
}): readonly SetupFile[] {
  const uid = `stagepost_${given.connectionId.replaceAll('-', '_')}`;
  return [
    file('hsproject.json', {
      name: `stagepost-${given.connectionId}`,
      srcDir: 'src',
      platformVersion: PLATFORM_VERSION,
    }),
    file('src/app/app-hsmeta.json', {
      uid,
      type: 'app',
      config: {
        description: 'Sends contracts and creates tasks by the stage of a deal.',
        name: 'Stagepost',
        distribution: 'private',
        auth: { type: 'static', requiredScopes: SCOPES, optionalScopes: [], conditionallyRequiredScopes: [] },
        permittedUrls: { fetch: ['https://api.hubapi.com'], iframe: [], img: [] },
      },
    }),
    file('src/app/webhooks/webhooks-hsmeta.json', {
      uid: `${uid}_webhooks`,
      type: 'webhooks',
      config: {
        settings: { targetUrl: given.targetUrl, maxConcurrentRequests: MAX_CONCURRENT_REQUESTS },
        subscriptions: subscriptions(),
      },
    }),
  ];
}

/**
 * The current form for everything but associations: only there the events of the current form do not name the object
 * type where those of the other kinds do (HubSpot, "Create generic webhook subscriptions").
 */
function subscriptions() {
  const deal = { objectType: 'deal', active: true };
  return {
    crmObjects: [
      { subscriptionType: 'object.creation', ...deal },
      { subscriptionType: 'object.deletion', ...deal },
      { subscriptionType: 'object.merge', ...deal },
      { subscriptionType: 'object.restore', ...deal },
      ...WATCHED.map((propertyName) => ({ subscriptionType: 'object.propertyChange', propertyName, ...deal })),
    ],
    legacyCrmObjects: [{ subscriptionType: 'deal.associationChange', active: true }],
    // Has no current form (HubSpot, "Configure webhooks"): a contact was deleted for good because a person asked for it.
    hubEvents: [{ subscriptionType: 'contact.privacyDeletion', active: true }],
  };
}

function file(path: string, value: unknown): SetupFile {
  return { path, text: `${JSON.stringify(value, null, 2)}\n` };
}
