/** An answer that is not a success. Thrown anywhere in a handler, turned into the response in one place. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(String(body.message));
    this.name = 'ApiFailure';
    this.status = status;
    this.body = { status: 'error', ...body };
    this.headers = headers;
  }
}

export interface InvalidValue {
  readonly property: string;
  readonly value: string;
  readonly code: string;
  readonly message: string;
}

/** 400 for a request that the API does not understand. */
export function badRequest(message: string, extra: Record<string, unknown> = {}): ApiFailure {
  return new ApiFailure(400, { message, ...extra, category: 'VALIDATION_ERROR' });
}

/** Property values that the schema refuses: every one is named, in the message and in `errors`. */
export function invalidValues(invalid: readonly InvalidValue[], status = 400): ApiFailure {
  const list = invalid.map(({ property, value, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name: property,
    propertyValue: value,
  }));
  return new ApiFailure(status, {
    message: `Property values were not valid: ${JSON.stringify(list)}`,
    errors: invalid.map(({ property, code, message }) => ({ message, code, context: { propertyName: [property] } })),
    category: status === 409 ? 'CONFLICT' : 'VALIDATION_ERROR',
  });
}

/** 404 of a record: a numeric id gives the bare body, anything else the one with a category. */
export function recordNotFound(id: string): ApiFailure {
  if (/^\d+$/.test(id)) return new ApiFailure(404, { message: 'resource not found' });
  return new ApiFailure(404, {
    message: 'Object not found.  objectId are usually numeric.',
    context: { id: [id] },
    category: 'OBJECT_NOT_FOUND',
  });
}

export function notFound(message: string): ApiFailure {
  return new ApiFailure(404, { message, category: 'OBJECT_NOT_FOUND' });
}

export function conflict(message: string, category = 'CONFLICT'): ApiFailure {
  return new ApiFailure(409, { message, category });
}

/** Text as public logs of api.hubapi.com show it for a missing, wrong or expired token. */
export function unauthorized(): ApiFailure {
  return new ApiFailure(401, {
    message:
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    category: 'INVALID_AUTHENTICATION',
  });
}

export function missingScopes(scopes: readonly string[]): ApiFailure {
  return new ApiFailure(403, {
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    errors: [
      { message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: scopes } },
    ],
    links: { scopes: 'https://developers.hubspot.com/scopes' },
    category: 'MISSING_SCOPES',
  });
}

export type RateLimitPolicy = 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY';

/** 429; the SDK's retry logic reads `policyName` and, for SECONDLY, the message. */
export function rateLimited(policyName: RateLimitPolicy, headers: Record<string, string> = {}): ApiFailure {
  return new ApiFailure(
    429,
    {
      message: `You have reached your ${policyName.toLowerCase()} limit.`,
      errorType: 'RATE_LIMIT',
      policyName,
      category: 'RATE_LIMITS',
    },
    headers,
  );
}
