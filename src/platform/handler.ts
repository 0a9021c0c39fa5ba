import { systemClock } from './clock.ts';
import type { Environment } from './environment.ts';

/** What AWS invokes. `event` is the service's own shape (HTTP API v2, SQS batch, schedule). */
export type Handler = (event: unknown, context?: unknown) => Promise<unknown>;

/** Builds a function's parts once; what it returns is called for every event. */
export type Build = (environment: Environment) => Handler;

/**
 * On Lambda the parts are built while the function initialises; elsewhere (a test or the embedded host importing
 * the file for its `build`) nothing happens until somebody calls.
 */
export function onLambda(build: Build): Handler {
  const environment: Environment = { variables: process.env, clock: systemClock };
  let built = process.env['AWS_LAMBDA_FUNCTION_NAME'] === undefined ? undefined : build(environment);
  return (event, context) => {
    built ??= build(environment);
    return built(event, context);
  };
}
