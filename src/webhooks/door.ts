/** A webhook request as it arrived. Header names in lower case. */
export interface RawRequest {
  readonly method: string;
  /** Configured public base URL + raw path + raw query: what the provider called and may have signed. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Current and previous keys, newest first; each verifies. Shape of the rest is the provider's affair. */
export interface DoorSecrets {
  readonly signingKeys: readonly string[];
}

export type Verdict =
  /**
   * `hintOnly`: the caller knew a secret, but nothing says that the body is its own. Such a delivery waits in an inbox of
   * its own, so that whoever learned the secret cannot starve what is signed, and may cause no more than a look at the
   * provider.
   */
  | { readonly ok: true; readonly hintOnly?: true }
  | {
      readonly ok: false;
      readonly cause: 'signature-missing' | 'signature-wrong' | 'timestamp-stale' | 'timestamp-future';
    };

export interface Acknowledgement {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The part of a provider that the webhooks function knows: who may come in, and how to say yes.
 * It reaches no SDK, no schema library and no storage.
 */
export interface Door {
  readonly provider: string;
  /** Constant time in the secrets; never throws on hostile input; the receive time is an argument. */
  verify(request: RawRequest, secrets: DoorSecrets, receivedAtMs: number): Verdict;
  /** The provider's own form of yes to this request. */
  acknowledge(request: RawRequest): Acknowledgement;
  /**
   * The body without what must not be kept, such as a session of somebody's account; absent where bodies hold nothing of
   * the kind. Never throws.
   */
  redactBody?(body: Uint8Array): Uint8Array;
  /** The URL without what proves the caller, for logs and notes; absent where URLs hold no secret. Never throws. */
  redactUrl?(url: string): string;
  /** Headers worth keeping with the delivery (lower case), never the ones that authenticate. */
  readonly keepHeaders: readonly string[];
}
