/** An answer that is an error: HTTP status and the body `{ errorCode, message }` that DocuSign gives. */
export class WireError extends Error {
  readonly status: number;
  readonly errorCode: string;

  constructor(status: number, errorCode: string, message: string) {
    super(message);
    this.name = 'WireError';
    this.status = status;
    this.errorCode = errorCode;
  }
}

/** 400 INVALID_REQUEST_PARAMETER with DocuSign's fixed opening sentence (seen in docusign/docusign-esign-node-client issue 246). */
export function invalidParameter(what: string): WireError {
  return new WireError(
    400,
    'INVALID_REQUEST_PARAMETER',
    `The request contained at least one invalid parameter. ${what}`,
  );
}

/** 400 INVALID_REQUEST_BODY. */
export function invalidBody(what: string): WireError {
  return new WireError(400, 'INVALID_REQUEST_BODY', `The request body is missing or improperly formatted. ${what}`);
}
