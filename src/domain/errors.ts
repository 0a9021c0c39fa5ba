/** `never`: doing it again cannot help until somebody mends the cause. `afterMs`: worth trying again after that long. */
export type Retry = 'never' | { readonly afterMs: number };

/**
 * What happened to an effect when the call that should have caused it failed.
 * `no`: surely not done. `unknown`: it may have been done; ask the provider before acting again.
 */
export type Done = 'no' | 'unknown';

export interface HubErrorOptions {
  readonly retry: Retry;
  readonly done?: Done;
  readonly cause?: unknown;
  /** Ids and short facts for logs and timelines. Never bodies, headers or secrets. */
  readonly context?: Readonly<Record<string, string | number | boolean>>;
}

/** The one error of this project: it knows whether and when trying again makes sense. */
export class HubError extends Error {
  readonly code: string;
  readonly retry: Retry;
  readonly done: Done;
  readonly context: Readonly<Record<string, string | number | boolean>>;

  /**
   * @param code stable, machine readable, e.g. `crm.rate-limited`, `esign.consent-required`, `store.unavailable`
   * @param message one sentence that says what happened and what to do
   */
  constructor(code: string, message: string, options: HubErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HubError';
    this.code = code;
    this.retry = options.retry;
    this.done = options.done ?? 'no';
    this.context = options.context ?? {};
  }
}

export function isHubError(error: unknown, code?: string): error is HubError {
  return error instanceof HubError && (code === undefined || error.code === code);
}
