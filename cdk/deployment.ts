/** One connection as the deployment knows it: who verifies with which secret. */
export interface DeployedConnection {
  readonly id: string;
  readonly provider: string;
  /** Name in Secrets Manager. */
  readonly secret: string;
}

/** What differs between one deployment and the next; no secret and no account is part of it. */
export interface Deployment {
  /** Starts the name of everything that is deployed: two deployments can live in one account. */
  readonly prefix: string;
  /** What providers call, without a trailing slash. Undefined: the address that the HTTP API gets. */
  readonly publicUrl: string | undefined;
  readonly connections: readonly DeployedConnection[];
  /** Sources that are associated with a bus in the account already; AWS calls the bus like the source. */
  readonly partnerEventSources: readonly string[];
}

/** Lambda allows 4 KB for all variables of a function together ("Lambda quotas", AWS documentation). */
const CONNECTIONS_LIMIT_BYTES = 3000;

/** Value of the variable CONNECTIONS. Throws when the list does not fit into a function's environment. */
export function connectionsVariable(connections: readonly DeployedConnection[]): string {
  const text = JSON.stringify(connections.map(({ id, provider, secret }) => ({ id, provider, secret })));
  const bytes = Buffer.byteLength(text);
  if (bytes > CONNECTIONS_LIMIT_BYTES) {
    throw new Error(
      `The list of ${connections.length} connections takes ${bytes} bytes; a function's environment has room for ${CONNECTIONS_LIMIT_BYTES}. Use shorter ids or split the connections over two deployments.`,
    );
  }
  return text;
}
