const LATEST_REQUESTS = 500;
const LONGEST_TEXT = 4000;

/** A request as it came, for tests to look at. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** 0 when the connection was cut instead of answered. */
  readonly status: number;
  /** JSON is parsed; long text (documents) is replaced by its length. */
  readonly body: unknown;
  readonly atMs: number;
}

export interface RequestLog {
  add(request: LoggedRequest): void;
  list(): readonly LoggedRequest[];
  clear(): void;
}

/** Parses a logged body; a document's bytes are of no use in a log. */
export function readLoggedBody(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body, (_, value: unknown) =>
      typeof value === 'string' && value.length > LONGEST_TEXT ? `<${value.length} characters>` : value,
    );
  } catch {
    return body.slice(0, LONGEST_TEXT);
  }
}

/** An empty log, kept in memory. */
export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  return {
    add(request) {
      requests.push(request);
      if (requests.length > LATEST_REQUESTS) requests = requests.slice(-LATEST_REQUESTS);
    },
    list: () => [...requests],
    clear() {
      requests = [];
    },
  };
}
