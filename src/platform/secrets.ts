/** Secret of one connection: a flat JSON object; `signingKeys` (newest first) and whatever the provider's adapter needs. */
export interface ConnectionSecret {
  readonly signingKeys: readonly string[];
  readonly [name: string]: string | readonly string[];
}

export interface Secrets {
  /**
   * Cached for 5 minutes. `refresh` reads again, at most once per 30 s and process.
   * Throws HubError `secrets.missing` (never; retryable where it may not be read) or `secrets.unavailable` (retryable).
   */
  read(name: string, options?: { readonly refresh?: boolean }): Promise<ConnectionSecret>;
}
