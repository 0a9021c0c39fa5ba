/** Behaviour of the simulated portal that differs between accounts, or that no public source settles. */
export interface HubSpotSwitches {
  /** Which webhook vocabulary the app subscribed to: `deal.*`, `object.*`, or each event in both. */
  readonly format: 'classic' | 'generic' | 'both';
  /** Whether a repeated webhook keeps its `eventId`; undocumented. */
  readonly eventIdOnRetry: 'same' | 'new';
  /** `false`: changes send nothing, as when a subscription is inactive. */
  readonly webhooks: boolean;
  /** Changes of a deal's properties that the app subscribed to. */
  readonly subscribedProperties: readonly string[];
  /** Changes this close together travel in one request. */
  readonly coalesceMs: number;
  /** `occurredAt` of a property change minus the time in the property's history; undocumented whether they are equal. */
  readonly occurredAtSkewMs: number;
  /** Whether a refresh hands out a new refresh token and ends the old one. */
  readonly refreshTokenRotates: boolean;
  readonly accessTokenTtlSeconds: number;
  /** OAuth scopes that nobody granted; calls that need one answer 403. */
  readonly missingScopes: readonly string[];
  /** Whether a property with `hasUniqueValue` may be defined on tasks; undocumented. */
  readonly uniqueTaskProperties: boolean;
  /** Status of a write whose unique value another record has; undocumented except for contacts (409). */
  readonly uniqueClashStatus: 400 | 409;
  /** Order of `propertiesWithHistory`; undocumented, newest first as far as seen. */
  readonly historyOrder: 'newest-first' | 'oldest-first';
  /** What reading a record by an id that went into a merge answers. */
  readonly mergedIdAnswers: 'winner' | 'not-found';
  /** How long search does not know of a change. */
  readonly searchLagMs: number;
  readonly searchPerSecond: number;
  readonly requestsPerTenSeconds: number;
  readonly requestsPerDay: number;
}

/** Limits: HubSpot "API usage guidelines and limits" (Professional private app) and "Search the CRM". */
export const DEFAULT_SWITCHES: HubSpotSwitches = {
  format: 'classic',
  eventIdOnRetry: 'same',
  webhooks: true,
  subscribedProperties: [
    'dealstage',
    'pipeline',
    'amount',
    'dealname',
    'closedate',
    'hubspot_owner_id',
    'hs_salesforceopportunityid',
  ],
  coalesceMs: 20,
  occurredAtSkewMs: 0,
  refreshTokenRotates: false,
  accessTokenTtlSeconds: 1800,
  missingScopes: [],
  uniqueTaskProperties: false,
  uniqueClashStatus: 400,
  historyOrder: 'newest-first',
  mergedIdAnswers: 'winner',
  searchLagMs: 2000,
  searchPerSecond: 5,
  requestsPerTenSeconds: 190,
  requestsPerDay: 625_000,
};

export interface SwitchBoard {
  get(): HubSpotSwitches;
  set(changes: Partial<HubSpotSwitches>): HubSpotSwitches;
}

export function createSwitches(initial: Partial<HubSpotSwitches> = {}): SwitchBoard {
  let current: HubSpotSwitches = { ...DEFAULT_SWITCHES, ...initial };
  return {
    get: () => current,
    set(changes) {
      current = { ...current, ...changes };
      return current;
    },
  };
}
