import type { Done, Retry } from '../../../domain/errors.ts';

/** What an error reply says of itself. */
export interface ToldError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** API names of the fields it is about. */
  readonly fields: readonly string[];
}

/** What the hub makes of a refusal. */
export interface Verdict {
  readonly code: string;
  /** What happened and what to do. */
  readonly sentence: string;
  readonly retry: Retry;
  /** Of a write; default `no`. */
  readonly done?: Done;
}

export interface RefusedCall {
  readonly connectionId: string;
  readonly method: string;
  readonly path: string;
  readonly grant: string;
  readonly status: number;
  /** The path names one record. */
  readonly onRecord: boolean;
}

const QUARTER_HOUR_MS = 900_000;
const CONCURRENT_WAIT_MS = 10_000;
/** Somebody else's change of the same record lasts a second or two; Salesforce itself has waited up to ten for it. */
const LOCKED_WAIT_MS = 2_000;
const UNAVAILABLE_WAIT_MS = 5_000;
const MAX_QUOTE_LENGTH = 300;

/**
 * What a code means, whatever the status (Salesforce, "Status Codes and Error Responses" and "Core Data Types, API fault
 * and status codes"). Undefined for codes that say no more than their status.
 */
export function verdictOfCode(call: RefusedCall, told: ToldError): Verdict | undefined {
  const said = quote(told.message);
  const fields = told.fields.length === 0 ? '' : ` (${told.fields.join(', ')})`;
  const where = `${call.method} ${call.path}`;
  const never = (code: string, sentence: string): Verdict => ({ code, sentence, retry: 'never' });

  switch (told.code) {
    case 'INVALID_SESSION_ID':
    case 'INVALID_AUTH_HEADER':
      return never(
        'crm.unauthorized',
        `Salesforce refuses ${call.grant}; renew it and store it in the secret of connection ${call.connectionId}`,
      );
    case 'REQUEST_LIMIT_EXCEEDED':
      return /concurrent/i.test(told.message ?? '')
        ? {
            code: 'crm.rate-limited',
            sentence:
              'too many calls are running in the Salesforce org at the same time; the call is made again shortly. If this lasts, look for other apps whose calls take long',
            retry: { afterMs: CONCURRENT_WAIT_MS },
          }
        : {
            code: 'crm.rate-limited',
            sentence:
              "the Salesforce org's limit of API calls in 24 hours is spent (Setup, Company Information, API Requests); tried again every 15 minutes. If this happens again, find the app that calls too often or buy more calls",
            retry: { afterMs: QUARTER_HOUR_MS },
          };
    case 'UNABLE_TO_LOCK_ROW':
      return {
        code: 'crm.locked',
        sentence: 'the record is locked by another change in Salesforce; tried again shortly',
        retry: { afterMs: LOCKED_WAIT_MS },
      };
    case 'SERVER_UNAVAILABLE':
    case 'UNKNOWN_EXCEPTION':
    case 'QUERY_TIMEOUT':
    case 'API_CURRENTLY_DISABLED':
      return {
        code: 'crm.unavailable',
        sentence: `Salesforce is not able to answer just now (${told.code}); tried again later`,
        retry: { afterMs: UNAVAILABLE_WAIT_MS },
        done: 'unknown',
      };
    case 'INVALID_QUERY_LOCATOR':
      return {
        code: 'crm.unavailable',
        sentence: 'Salesforce gave up the query before its last page was read; it is asked again',
        retry: { afterMs: UNAVAILABLE_WAIT_MS },
      };
    case 'FIELD_CUSTOM_VALIDATION_EXCEPTION':
    case 'FIELD_FILTER_VALIDATION_EXCEPTION':
      return never(
        'crm.refused',
        `a validation rule of the Salesforce org refuses the change${fields}: "${said}"; meet the rule in the record, or exempt the integration user from it`,
      );
    case 'REQUIRED_FIELD_MISSING':
      return never(
        'crm.refused',
        `the Salesforce org requires a field that the hub does not fill${fields}: ${said}; give the field a default, or make it required on the page layout only`,
      );
    case 'INVALID_FIELD':
    case 'INVALID_TYPE':
      return never(
        'crm.refused',
        `the Salesforce org does not have, or does not show to the integration user, what ${where} names${fields}: ${said}; run npx stagepost setup, deploy what it writes and assign the permission set`,
      );
    case 'INVALID_FIELD_FOR_INSERT_UPDATE':
      return never(
        'crm.forbidden',
        `the integration user may not write these fields in Salesforce${fields}: ${said}; assign the permission set that npx stagepost setup writes`,
      );
    case 'INSUFFICIENT_ACCESS':
    case 'INSUFFICIENT_ACCESS_OR_READONLY':
    case 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY':
      return never(
        'crm.forbidden',
        `the integration user has no access for ${where}${fields}: ${said}; share the record with it or give it the permission on the object`,
      );
    case 'API_DISABLED_FOR_ORG':
      return never(
        'crm.forbidden',
        'the API is switched off for the Salesforce org or the integration user; give the user the permission "API Enabled" (the edition must include the API)',
      );
    case 'INVALID_CROSS_REFERENCE_KEY':
      if (call.status === 404 && call.onRecord) return never('crm.not-found', `Salesforce has nothing at ${where}`);
      return never(
        'crm.refused',
        `a record that the change points at does not exist in Salesforce or is hidden from the integration user${fields}: ${said}`,
      );
    case 'INACTIVE_OWNER_OR_USER':
    case 'OP_WITH_INVALID_USER_TYPE_EXCEPTION':
      return never(
        'crm.refused',
        `Salesforce does not accept the owner, who is inactive or may not own this${fields}: ${said}; give the deal or the play another owner`,
      );
    case 'STRING_TOO_LONG':
      return never(
        'crm.refused',
        `a text is too long for its field in Salesforce${fields}: ${said}; lengthen the field`,
      );
    case 'STORAGE_LIMIT_EXCEEDED':
      return never(
        'crm.refused',
        "the Salesforce org's storage is full (Setup, Storage Usage); delete something or buy storage, then retry",
      );
    case 'DUPLICATE_VALUE':
    case 'DUPLICATES_DETECTED':
      return never('crm.conflict', `Salesforce already has what should be created${fields}: ${said}`);
    case 'NOT_FOUND':
    case 'ENTITY_IS_DELETED':
      // Elsewhere it speaks of the address, which the status tells better.
      return call.onRecord ? never('crm.not-found', `Salesforce has nothing at ${where}`) : undefined;
    default:
      return undefined;
  }
}

export function quote(message: string | undefined): string {
  return message === undefined ? '(no reason given)' : message.slice(0, MAX_QUOTE_LENGTH);
}
