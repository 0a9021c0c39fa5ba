/** One attempt to deliver a Connect message, as the account's Connect log shows it. */
export interface ConnectLogEntry {
  readonly logId: string;
  readonly webhookId: string;
  readonly event: string;
  readonly envelopeId: string;
  readonly recipientId: string | undefined;
  readonly url: string;
  readonly configurationId: number;
  readonly attempt: number;
  readonly atMs: number;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  readonly accepted: boolean;
}

/** DocuSign keeps the last hundred; tests like to see more. */
const LATEST_ENTRIES = 1000;

export interface ConnectLog {
  add(entry: ConnectLogEntry): void;
  list(): readonly ConnectLogEntry[];
  clear(): void;
}

/** An empty log, kept in memory. */
export function createConnectLog(): ConnectLog {
  let entries: ConnectLogEntry[] = [];
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length > LATEST_ENTRIES) entries = entries.slice(-LATEST_ENTRIES);
    },
    list: () => [...entries],
    clear() {
      entries = [];
    },
  };
}
