/** Behaviour of the simulated org that differs between orgs, or that no public source settles. */
export interface SalesforceSwitches {
  /** Decides the audience of the JWT grant: login.salesforce.com or test.salesforce.com. */
  readonly environment: 'production' | 'sandbox';
  /** The token endpoint refuses every grant, as after an admin took the app's user away. */
  readonly grantRefused: boolean;
  /** Tokens are handed out, and yet every call is answered 401. */
  readonly alwaysUnauthorized: boolean;
  /** A session that is not used for this long ends. */
  readonly sessionTimeoutMinutes: number;
  /** How far away `exp` of a JWT may be; sources say 3 or 5. */
  readonly jwtMinutes: 3 | 5;
  readonly requestsPerDay: number;
  /** Records per page of a query. */
  readonly pageSize: number;
  /** Status of UNABLE_TO_LOCK_ROW on a single record; undocumented. */
  readonly lockStatus: 400 | 409 | 500;
  /** Whether an unknown `StageName` is refused; real orgs accept it. */
  readonly restrictedStages: boolean;
  /** Several currencies: `CurrencyIsoCode` exists. */
  readonly multiCurrency: boolean;
  /** Opportunities have record types: `RecordTypeId` exists. */
  readonly recordTypes: boolean;
  /** Field tracking of opportunities: rows, no rows, or not even the object. */
  readonly fieldHistory: 'on' | 'off' | 'no-object';
  /** `Stagepost_Key__c` of tasks is unique and an external id; no source says whether activities can have such fields. */
  readonly uniqueTaskKey: boolean;
  /** `fields` of DUPLICATE_VALUE name the field, or are empty; both have been seen. */
  readonly duplicateFields: 'named' | 'empty';
  /** An admin made a rule that sends Outbound Messages. */
  readonly outboundMessages: boolean;
  /** Fields that the admin chose for the message. What does not exist in the org is left out. */
  readonly outboundMessageFields: readonly string[];
  /** A second rule, for contact roles. */
  readonly contactRoleMessages: boolean;
  /** "Send Outbound Messages" permission of the API user. */
  readonly apiUserSendsMessages: boolean;
  /** Changes this close together travel in one SOAP message. */
  readonly coalesceMs: number;
  readonly orgIdLength: 15 | 18;
  readonly soapContentType: 'text/xml' | 'application/xml';
  /** Whether the message has a `SOAPAction` header (with an empty value); undocumented. */
  readonly soapActionHeader: boolean;
  /** What a notification of a deleted record looks like; undocumented. */
  readonly deletedNotification: 'no-object' | 'empty-object';
  /** Change events have `schemaId` and `id` beside `payload`; undocumented. */
  readonly relayIds: boolean;
  /** `commitTimestamp` minus the record's own time. */
  readonly commitDelayMs: number;
  /** `commitTimestamp` ends in 000; both have been seen. */
  readonly commitInWholeSeconds: boolean;
}

/** A wide choice: what a receiver does not need it can leave. */
const MESSAGE_FIELDS = [
  'Id',
  'AccountId',
  'Amount',
  'CloseDate',
  'CurrencyIsoCode',
  'IsDeleted',
  'LastModifiedDate',
  'Name',
  'OwnerId',
  'RecordTypeId',
  'StageName',
  'SystemModstamp',
];

export const DEFAULT_SWITCHES: SalesforceSwitches = {
  environment: 'production',
  grantRefused: false,
  alwaysUnauthorized: false,
  sessionTimeoutMinutes: 120,
  jwtMinutes: 3,
  requestsPerDay: 100_000,
  pageSize: 2000,
  lockStatus: 400,
  restrictedStages: false,
  multiCurrency: false,
  recordTypes: false,
  fieldHistory: 'off',
  uniqueTaskKey: false,
  duplicateFields: 'empty',
  outboundMessages: true,
  outboundMessageFields: MESSAGE_FIELDS,
  contactRoleMessages: false,
  apiUserSendsMessages: true,
  coalesceMs: 20,
  orgIdLength: 18,
  soapContentType: 'text/xml',
  soapActionHeader: true,
  deletedNotification: 'no-object',
  relayIds: false,
  commitDelayMs: 0,
  commitInWholeSeconds: false,
};

export interface SwitchBoard {
  get(): SalesforceSwitches;
  set(changes: Partial<SalesforceSwitches>): SalesforceSwitches;
}

export function createSwitches(initial: Partial<SalesforceSwitches> = {}): SwitchBoard {
  let current: SalesforceSwitches = { ...DEFAULT_SWITCHES, ...initial };
  return {
    get: () => current,
    set(changes) {
      current = { ...current, ...changes };
      return current;
    },
  };
}
