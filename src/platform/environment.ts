import type { HttpHandlerOptions, RequestHandler } from '@smithy/types';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** AWS services that the functions call. */
export type AwsService = 'dynamodb' | 'sqs' | 'eventbridge' | 's3' | 'secretsmanager';

/**
 * Where a function runs. On Lambda: the process environment and nothing else.
 * The embedded host hands in its own variables and answers AWS calls in process.
 */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Answers the SDK's requests without a socket. */
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own handler types differ per client; each client narrows it.
  readonly awsRequestHandler?: (service: AwsService) => RequestHandler<any, any, HttpHandlerOptions>;
  /** Where log lines go; standard output when absent. */
  readonly log?: Log;
  /** Identity of the host's life, see `Lease.epoch`. */
  readonly epoch?: string;
}
