/** Failures before a connection stands: no byte of the request has left. The names are those of Node and OpenSSL. */
const NEVER_LEFT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;
/** `fetch` hides the failure two causes deep; somebody may wrap it once more. */
const MAX_DEPTH = 5;

/** What the system calls the failure of a call that got no answer, or `timed out`; undefined when nobody says. */
export function networkCode(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < MAX_DEPTH; depth += 1) {
    if (current.name === 'TimeoutError') return 'timed out';
    if ('code' in current && typeof current.code === 'string') return current.code;
    current = current.cause;
  }
  return undefined;
}

/** True when what was to be sent cannot have arrived. */
export function neverLeft(code: string | undefined): boolean {
  return code !== undefined && NEVER_LEFT.test(code);
}
