import { HubError } from '../../../domain/errors.ts';
import { type HttpAnswer, refusalOf } from './http.ts';

const MAX_WAIT_MS = 900_000;
const HOUR_MS = 3_600_000;

/** Burst quotas count over 30 seconds. Source: "API resource limits", developers.docusign.com. */
const BURST_WAIT_MS = 30_000;

interface Meaning {
  readonly code: string;
  readonly what: string;
  readonly retry: 'never' | { readonly afterMs: number };
}

/**
 * What DocuSign's error codes mean for the hub. Quotas answer with status 400 or 429, so the code decides, not the
 * status. Sources: "Troubleshooting for common errors" and "eSignature API rules and resource limits".
 */
const MEANINGS: readonly (readonly [RegExp, Meaning])[] = [
  [
    /^(AUTHORIZATION_INVALID_TOKEN|USER_AUTHENTICATION_FAILED|PARTNER_AUTHENTICATION_FAILED)$/,
    never(
      'esign.unauthorized',
      'does not accept the token; check integration key, user and private key of the connection',
    ),
  ],
  [
    /^(USER_LACKS_PERMISSIONS|ACCOUNT_LACKS_PERMISSIONS|ACCOUNT_NOT_AUTHORIZED_FOR_ENVELOPE|USER_NOT_ENVELOPE_SENDER.*)$/,
    never(
      'esign.forbidden',
      'does not allow it to the user of the connection; give that user the permission in DocuSign',
    ),
  ],
  [
    /^(TEMPLATE_ID_INVALID|TEMPLATE_NOT_FOUND|TEMPLATE_NOT_SPECIFIED.*|INVALID_TEMPLATE_ID)$/,
    never(
      'esign.template-missing',
      'does not know the template; correct the template id in the policy or share the template with the user of the connection',
    ),
  ],
  [
    /^(ENVELOPE_DOES_NOT_EXIST|ENVELOPE_NOT_FOUND|DOCUMENT_DOES_NOT_EXIST)$/,
    never('esign.not-found', 'does not know the envelope or document'),
  ],
  [
    /^(ANCHOR_TAG_PROCESSING_FAILURE|ANCHOR_TAB_STRING_NOT_FOUND)$/,
    never('esign.anchor-missing', 'does not find an anchor text in a document; put it into the PDF'),
  ],
  [
    /^EDIT_LOCK_/,
    { code: 'esign.locked', what: 'has the envelope locked because somebody edits it', retry: { afterMs: 60_000 } },
  ],
];

/**
 * The error for an answer that is not a success, decided by DocuSign's error code first. Its text is quoted for people;
 * the context holds code and status only. `done` is `unknown` for a write that broke inside DocuSign (5xx).
 */
export function errorOfAnswer(answer: HttpAnswer, request: { writes: boolean }, nowMs: number): HubError {
  const { errorCode, message } = refusalOf(answer);
  const context = { errorCode: errorCode.slice(0, 100), status: answer.status };
  const said = message === '' ? '' : `: "${message.slice(0, 300)}"`;
  const waitMs = quotaWaitMs(errorCode, answer, nowMs);
  if (waitMs !== undefined) {
    const text = `DocuSign allows no more calls for now (${errorCode === '' ? 'status 429' : errorCode}); it goes on by itself`;
    return new HubError('esign.rate-limited', text, { retry: { afterMs: waitMs }, context });
  }
  if (answer.status >= 500) {
    const text = `DocuSign answered with status ${answer.status}; it is tried again by itself`;
    const done = request.writes ? 'unknown' : 'no';
    return new HubError('esign.unavailable', text, { retry: { afterMs: 30_000 }, done, context });
  }
  if (answer.status >= 300 && answer.status < 400) {
    const text = 'DocuSign answered with a redirect, which is not followed; check the host of the connection';
    return new HubError('esign.redirected', text, { retry: 'never', context });
  }
  const known = MEANINGS.find(([pattern]) => pattern.test(errorCode))?.[1] ?? byStatus(answer.status);
  return new HubError(known.code, `DocuSign ${known.what}${said}`, { retry: known.retry, context });
}

/** DocuSign's error code behind a HubError, '' when there was none. */
export function docusignCodeOf(error: HubError): string {
  return String(error.context.errorCode ?? '');
}

/** Whether DocuSign read the request and said no, so that asking for the state makes sense. */
export function isRefusal(error: unknown): error is HubError {
  return error instanceof HubError && ['esign.refused', 'esign.not-found', 'esign.anchor-missing'].includes(error.code);
}

function quotaWaitMs(errorCode: string, answer: HttpAnswer, nowMs: number): number | undefined {
  if (errorCode === 'BURST_APIINVOCATION_LIMIT_EXCEEDED') return BURST_WAIT_MS;
  if (errorCode === 'HOURLY_APIINVOCATION_LIMIT_EXCEEDED') {
    const resetSeconds = Number(answer.headers.get('x-ratelimit-reset') ?? Number.NaN);
    // Without the header: the window ends on the full hour.
    const resetMs = Number.isFinite(resetSeconds) ? resetSeconds * 1000 : Math.ceil((nowMs + 1) / HOUR_MS) * HOUR_MS;
    return Math.min(MAX_WAIT_MS, Math.max(1000, resetMs - nowMs));
  }
  // Polling limits of one envelope, for reading and for writing.
  if (/^HOURLY_.*LIMIT_EXCEEDED$/.test(errorCode)) return MAX_WAIT_MS;
  if (answer.status !== 429) return undefined;
  const retryAfterSeconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(retryAfterSeconds) ? Math.min(MAX_WAIT_MS, Math.max(1000, retryAfterSeconds * 1000)) : 60_000;
}

function byStatus(status: number): Meaning {
  if (status === 401)
    return never(
      'esign.unauthorized',
      'does not accept the token; check integration key, user and private key of the connection',
    );
  if (status === 403)
    return never(
      'esign.forbidden',
      'does not allow it to the user of the connection; give that user the permission in DocuSign',
    );
  if (status === 404) return never('esign.not-found', 'does not know what was asked for');
  return never('esign.refused', 'refused the request');
}

function never(code: string, what: string): Meaning {
  return { code, what, retry: 'never' };
}
