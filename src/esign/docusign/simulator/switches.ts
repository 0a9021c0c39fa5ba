/** What no source settles, or what differs between accounts: the sandbox plays either. All can be changed while it runs. */
export interface DocuSignSwitches {
  /** What a second create with a known `transactionId` does. */
  readonly duplicateTransactionId: 'makes-second' | 'refuses' | 'returns-first';
  /** HTTP status of quota errors; connectors report 400, newer notes 429. */
  readonly quotaStatus: 400 | 429;
  /** Calls per account and clock hour ("eSignature API rules and resource limits"). */
  readonly hourlyLimit: number;
  /** Calls per account and 30 s: 200 in the developer environment, 500 in production. */
  readonly burstLimit: number;
  /** GET requests per envelope and clock hour; DocuSign publishes the error but not the number. */
  readonly envelopePollingLimit: number;
  /** How Connect tries again: once a day, ten times, with the configuration down meanwhile; or 15 s doubling, 45 times. */
  readonly connectRetries: 'daily-ten' | 'exponential';
  /** `generatedDateTime` of a repeated Connect message. */
  readonly generatedDateTime: 'of-first-attempt' | 'of-each-attempt';
  /** `event` is SIM mode; `send` reports the envelope as it is when the message leaves, as aggregate mode does. */
  readonly summaryAsOf: 'event' | 'send';
  /** `PUT status: sent` on an envelope that is out already. */
  readonly sendAgain: 'refuses' | 'is-ignored';
  /** How a draft that was moved to the recycle bin is read back. */
  readonly recycledDraft: 'status-deleted' | 'status-stays' | 'not-found';
  /** Status of ENVELOPE_DOES_NOT_EXIST. */
  readonly notFoundStatus: 404 | 400;
  /** A value for a template tab that does not exist: DocuSign ignores it without a word. */
  readonly unknownTabs: 'ignored' | 'refused';
  /** Error code of an anchor that is not in the document; both names are in use. */
  readonly anchorErrorCode: 'ANCHOR_TAG_PROCESSING_FAILURE' | 'ANCHOR_TAB_STRING_NOT_FOUND';
  /** How long a new envelope stays invisible to searches by custom field. */
  readonly customFieldLagMs: number;
  /** When an envelope counts as delivered: the first recipient opened it, or all who were asked so far. */
  readonly deliveredWhen: 'first-opens' | 'all-opened';
  /** Whether the user has consented to the integration (JWT grant). */
  readonly consent: 'granted' | 'missing';
}

export const DEFAULT_SWITCHES: DocuSignSwitches = {
  duplicateTransactionId: 'makes-second',
  quotaStatus: 400,
  hourlyLimit: 3000,
  burstLimit: 500,
  envelopePollingLimit: 250,
  connectRetries: 'daily-ten',
  generatedDateTime: 'of-first-attempt',
  summaryAsOf: 'event',
  sendAgain: 'refuses',
  recycledDraft: 'status-deleted',
  notFoundStatus: 404,
  unknownTabs: 'ignored',
  anchorErrorCode: 'ANCHOR_TAG_PROCESSING_FAILURE',
  customFieldLagMs: 0,
  deliveredWhen: 'first-opens',
  consent: 'granted',
};

/** Values that a switch may take; numbers may be any that is not negative. */
const CHOICES: Readonly<Record<keyof DocuSignSwitches, readonly (string | number)[] | 'number'>> = {
  duplicateTransactionId: ['makes-second', 'refuses', 'returns-first'],
  quotaStatus: [400, 429],
  hourlyLimit: 'number',
  burstLimit: 'number',
  envelopePollingLimit: 'number',
  connectRetries: ['daily-ten', 'exponential'],
  generatedDateTime: ['of-first-attempt', 'of-each-attempt'],
  summaryAsOf: ['event', 'send'],
  sendAgain: ['refuses', 'is-ignored'],
  recycledDraft: ['status-deleted', 'status-stays', 'not-found'],
  notFoundStatus: [404, 400],
  unknownTabs: ['ignored', 'refused'],
  anchorErrorCode: ['ANCHOR_TAG_PROCESSING_FAILURE', 'ANCHOR_TAB_STRING_NOT_FOUND'],
  customFieldLagMs: 'number',
  deliveredWhen: ['first-opens', 'all-opened'],
  consent: ['granted', 'missing'],
};

/** Says in one sentence why the changes cannot be made, or undefined when they can. */
export function refuseSwitches(changes: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(CHOICES, name)) {
      return `There is no switch "${name}"; the switches are ${Object.keys(CHOICES).join(', ')}.`;
    }
    const choices = CHOICES[name as keyof DocuSignSwitches];
    if (choices === 'number') {
      if (typeof value !== 'number' || !(value >= 0)) return `Switch "${name}" needs a number that is not negative.`;
    } else if (!choices.some((choice) => choice === value)) {
      return `Switch "${name}" can be ${choices.join(' or ')}.`;
    }
  }
  return undefined;
}
