import { HubError } from '../domain/errors.ts';
import { mayHaveHappened, readAwsFailure, retryAfterMs } from '../platform/aws-failure.ts';
import { tooLarge } from './item-size.ts';
import type { Key } from './table.ts';

function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ItemCollectionSizeLimitExceededException') return true;
  return error.name === 'ValidationException' && /item size/i.test(error.message);
}

export function isConditionFailure(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** Turns an error of the DynamoDB client into the store's vocabulary; `write` makes lost answers `done: 'unknown'`. */
export function toStoreError(error: unknown, key: Key, write: boolean): HubError {
  if (error instanceof HubError) return error;
  if (isTooLarge(error)) return tooLarge(key, error);
  const failure = readAwsFailure(error);
  const context = { pk: key.pk, cause: failure.name };
  if (failure.kind === 'refused') {
    return new HubError(
      'store.refused',
      `DynamoDB refused the request for ${key.pk} (${failure.name}); this is a mistake in the program, please report it.`,
      { retry: 'never', cause: error, context },
    );
  }
  const advice =
    failure.kind === 'denied'
      ? 'check that the table exists and that the function may use it'
      : 'it is tried again by itself';
  return new HubError('store.unavailable', `DynamoDB did not answer the request (${failure.name}); ${advice}.`, {
    retry: { afterMs: retryAfterMs(failure) },
    done: write && mayHaveHappened(failure) ? 'unknown' : 'no',
    cause: error,
    context,
  });
}
