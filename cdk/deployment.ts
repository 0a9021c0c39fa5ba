/** One connection as the deployment knows it: who verifies with which secret. */
export interface DeployedConnection {
  readonly id: string;
  readonly provider: string;
  readonly role: 'crm' | 'esign';
  /** Name in Secrets Manager. */
  readonly secret: string;
  /** An address of this machine among its settings, as the simulators have it: nothing at AWS can reach that. */
  readonly onThisMachine?: string;
}

/** A name of your own for what the providers call. */
export interface CustomDomain {
  readonly name: string;
  /** Certificate of ACM in the region of the deployment. */
  readonly certificateArn: string;
  /** Certificates of callers; with it nobody gets in without one of them. */
  readonly truststore?: { readonly bucket: string; readonly key: string };
}

/** Who hears the alarms. */
export interface AlarmListeners {
  readonly email?: string;
  /** A channel of a workspace that was connected with Amazon Q in chat applications. */
  readonly slack?: { readonly workspaceId: string; readonly channelId: string };
}

/** What differs between one deployment and the next; no secret and no account is part of it. */
export interface Deployment {
  /** Starts the name of everything that is deployed: two deployments can live in one account. */
  readonly prefix: string;
  /** What providers call, without a trailing slash. Undefined: the address that the HTTP API gets. */
  readonly publicUrl: string | undefined;
  /** The configuration's own `publicUrl`: what contracts and `npx stagepost setup` tell to providers. */
  readonly configuredUrl?: string;
  readonly domain?: CustomDomain;
  readonly connections: readonly DeployedConnection[];
  /** Sources that are associated with a bus in the account already; AWS calls the bus like the source. */
  readonly partnerEventSources: readonly string[];
  readonly alarms?: AlarmListeners;
}

/** Lambda allows 4 KB for all variables of a function together ("Lambda quotas", AWS documentation). */
const CONNECTIONS_LIMIT_BYTES = 3000;

/** Value of the variable CONNECTIONS. Throws when the list does not fit into a function's environment. */
export function connectionsVariable(
  connections: readonly Pick<DeployedConnection, 'id' | 'provider' | 'secret'>[],
): string {
  const text = JSON.stringify(connections.map(({ id, provider, secret }) => ({ id, provider, secret })));
  const bytes = Buffer.byteLength(text);
  if (bytes > CONNECTIONS_LIMIT_BYTES) {
    throw new Error(
      `The list of ${connections.length} connections takes ${bytes} bytes; a function's environment has room for ${CONNECTIONS_LIMIT_BYTES}. Use shorter ids or split the connections over two deployments.`,
    );
  }
  return text;
}
