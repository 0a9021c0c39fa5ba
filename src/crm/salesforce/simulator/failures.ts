/** One element of an error answer. */
export interface ApiError {
  readonly errorCode: string;
  readonly message: string;
  /** Only errors of saving have it. */
  readonly fields?: readonly string[];
}

/** An answer that is not a success. Thrown anywhere, turned into the response in one place. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly errors: readonly ApiError[];

  constructor(status: number, errors: readonly ApiError[]) {
    super(errors.map(({ errorCode, message }) => `${errorCode}: ${message}`).join('; '));
    this.name = 'ApiFailure';
    this.status = status;
    this.errors = errors;
  }
}

/** What a page in front of the API answers instead of it. */
export class PageFailure extends Error {
  readonly status: number;
  readonly html: string;

  constructor(status: number, title: string, text: string) {
    super(title);
    this.name = 'PageFailure';
    this.status = status;
    this.html = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>`;
  }
}

/** Refuses a save; status 400. */
export function notSaved(errorCode: string, message: string, fields: readonly string[] = []): ApiFailure {
  return new ApiFailure(400, [{ errorCode, message, fields }]);
}

export function badRequest(errorCode: string, message: string): ApiFailure {
  return new ApiFailure(400, [{ errorCode, message }]);
}

export function notFound(message = 'The requested resource does not exist'): ApiFailure {
  return new ApiFailure(404, [{ errorCode: 'NOT_FOUND', message }]);
}

/** What a path means when the part after the object is no id. */
export function noSuchKey(key: string): ApiFailure {
  return notFound(`Provided external ID field does not exist or is not accessible: ${key}`);
}

export function isDeleted(fields: readonly string[] = []): ApiFailure {
  return new ApiFailure(404, [{ errorCode: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields }]);
}

/** Sources: REST API Developer Guide, "Status Codes and Error Responses"; texts as public logs show them. */
export function sessionExpired(): ApiFailure {
  return new ApiFailure(401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]);
}

export function limitExceeded(limit: 'daily' | 'concurrent'): ApiFailure {
  const name = limit === 'daily' ? 'TotalRequests' : 'ConcurrentRequests (Concurrent API Requests)';
  return new ApiFailure(403, [{ message: `${name} Limit exceeded.`, errorCode: 'REQUEST_LIMIT_EXCEEDED' }]);
}

/** @param recordIds named in the message when they are known */
export function rowLocked(status: number, recordIds: readonly string[] = []): ApiFailure {
  const which = recordIds.length === 0 ? '' : ` or ${recordIds.length} records: ${recordIds.join(',')}`;
  const message = `unable to obtain exclusive access to this record${which}`;
  return new ApiFailure(status, [{ message, errorCode: 'UNABLE_TO_LOCK_ROW', fields: [] }]);
}
