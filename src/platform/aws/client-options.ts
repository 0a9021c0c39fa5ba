import type { AwsService, Environment } from '../environment.ts';

/** What every client has in common; the SDK retries with jitter by itself ("Retry behavior", AWS SDKs reference). */
const MAX_ATTEMPTS = 3;

/**
 * Options of an AWS client. On Lambda: region and credentials of the function's role, connections kept alive, and short
 * time-outs, because a worker that waits for a dead connection is a worker that is killed at its own time-out.
 * Embedded: the host's handler answers, and nothing real is read from the machine.
 */
export function awsClientOptions(environment: Environment, service: AwsService, requestTimeoutMs: number) {
  if (environment.awsRequestHandler === undefined) {
    const region = environment.variables['AWS_REGION'];
    return {
      maxAttempts: MAX_ATTEMPTS,
      // Elsewhere than on Lambda the region may come from a profile, which the SDK reads by itself.
      ...(region === undefined ? {} : { region }),
      requestHandler: {
        connectionTimeout: 1_000,
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
        httpsAgent: { keepAlive: true, maxSockets: 50 },
      },
    };
  }
  return {
    maxAttempts: MAX_ATTEMPTS,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    requestHandler: environment.awsRequestHandler(service),
    // Nobody in this process checks a signature, and making one takes half of the time of a call.
    signer: { sign: async <Request>(request: Request): Promise<Request> => request },
  };
}
