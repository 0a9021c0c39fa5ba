/** One queue, for senders and for workers that want to see a message again later. */
export interface Queue {
  /** Body is JSON text of at most 1 MiB; `delaySeconds` at most 900. Throws HubError `queue.unavailable` (retryable). */
  send(body: string, options?: { readonly delaySeconds?: number }): Promise<void>;
  /** Makes a received message visible again after `seconds` (at least 1, at most 43200). */
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
}
