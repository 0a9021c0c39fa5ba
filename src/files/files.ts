/** Where large bodies live: documents, certificates, quarantined deliveries. */
export interface Files {
  /** Keys are paths without a leading slash. Writing the same key again replaces it. Throws HubError `files.unavailable`. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  get(key: string): Promise<Uint8Array | undefined>;
}
