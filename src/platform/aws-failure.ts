/** What an error of an AWS client means, whichever client it came from. */
export interface AwsFailure {
  /** The service's error name, e.g. `ThrottlingException`, or the network's code, e.g. `ECONNRESET`. */
  readonly name: string;
  readonly kind: 'throttled' | 'server' | 'network' | 'denied' | 'refused';
}

const THROTTLES = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'LimitExceededException',
]);

const DENIALS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidSignatureException',
  'CredentialsProviderError',
  'ResourceNotFoundException',
  'QueueDoesNotExist',
  'NoSuchBucket',
]);

function text(value: unknown, key: string): string | undefined {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'string' ? found : undefined;
}

/**
 * Sorts an error of an AWS SDK client. `denied` means that the deployment is wrong (a missing right, a missing table):
 * a person mends it, and the same call works afterwards.
 */
export function readAwsFailure(error: unknown): AwsFailure {
  const name = text(error, 'name') ?? 'Error';
  if (THROTTLES.has(name)) return { name, kind: 'throttled' };
  if (DENIALS.has(name)) return { name, kind: 'denied' };
  const metadata = typeof error === 'object' && error !== null ? Reflect.get(error, '$metadata') : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  if (typeof status === 'number' && status === 429) return { name, kind: 'throttled' };
  if (typeof status === 'number' && status >= 500) return { name, kind: 'server' };
  if (typeof status === 'number' && status >= 400) return { name, kind: 'refused' };
  return { name: text(error, 'code') ?? name, kind: 'network' };
}

/** Whether the call may have been carried out although it failed. */
export function mayHaveHappened(failure: AwsFailure): boolean {
  return failure.kind === 'server' || failure.kind === 'network';
}

/** How long to wait before trying again; a wrong deployment takes a person, so there is no hurry. */
export function retryAfterMs(failure: AwsFailure): number {
  return failure.kind === 'denied' ? 30_000 : 1_000;
}
