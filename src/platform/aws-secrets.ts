import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HubError, isHubError, type Retry } from '../domain/errors.ts';
import { readAwsFailure, retryAfterMs } from './aws-failure.ts';
import type { Clock } from './clock.ts';
import type { ConnectionSecret, Secrets } from './secrets.ts';

const CACHED_FOR_MS = 5 * 60_000;
const REFRESH_AT_MOST_EVERY_MS = 30_000;
/** Whoever calls without a key may make us ask for a secret that is not there; AWS is asked no more often than this. */
const MISSING_KEPT_FOR_MS = 5000;

export interface AwsSecretsOptions {
  readonly client: SecretsManagerClient;
  readonly clock: Clock;
  /** Put before every name, e.g. `stagepost/production/`. */
  readonly prefix?: string;
}

function missing(name: string, what: string, cause?: unknown, retry: Retry = 'never'): HubError {
  return new HubError(
    'secrets.missing',
    `The secret ${name} ${what}; store a JSON object with "signingKeys" and what the provider needs.`,
    { retry, cause, context: { secret: name } },
  );
}

/** Never quotes the secret in its message. */
function parse(name: string, text: string | undefined): ConnectionSecret {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    throw missing(name, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw missing(name, 'is not a JSON object');
  const isText = (part: unknown) => typeof part === 'string';
  const signingKeys: unknown = Reflect.get(value, 'signingKeys') ?? [];
  for (const [key, part] of Object.entries({ ...value, signingKeys })) {
    if (isText(part) || (Array.isArray(part) && part.every(isText))) continue;
    throw missing(name, `has a field "${key}" that is neither text nor a list of texts`);
  }
  if (!Array.isArray(signingKeys)) throw missing(name, 'has "signingKeys" that is not a list');
  return { ...value, signingKeys } as ConnectionSecret;
}

/** Secrets of connections in AWS Secrets Manager; what they hold is read once and kept for 5 minutes, that one is missing for 5 s. */
export function createAwsSecrets({ client, clock, prefix = '' }: AwsSecretsOptions): Secrets {
  const cache = new Map<string, { readonly readAtMs: number; readonly secret: Promise<ConnectionSecret> }>();

  async function fetchSecret(name: string): Promise<ConnectionSecret> {
    let text: string | undefined;
    try {
      text = (await client.send(new GetSecretValueCommand({ SecretId: prefix + name }))).SecretString;
    } catch (error) {
      const failure = readAwsFailure(error);
      if (failure.name === 'ResourceNotFoundException') throw missing(prefix + name, 'does not exist', error);
      // One that is not there may be refused instead: rights go by its full name, which AWS ends with six characters of its own.
      // A right that comes back needs nobody to touch the secret, so it is worth another try.
      if (failure.kind === 'denied') {
        const what = `does not exist or may not be read (${failure.name})`;
        throw missing(prefix + name, what, error, { afterMs: retryAfterMs(failure) });
      }
      // Kept for some days after it was deleted, and not to be read ("DeleteSecret", Secrets Manager API reference).
      if (failure.name === 'InvalidRequestException') throw missing(prefix + name, 'was deleted; restore it', error);
      throw new HubError(
        'secrets.unavailable',
        `The secret ${prefix + name} could not be read (${failure.name}); it is tried again, check the function's rights if this stays.`,
        { retry: { afterMs: retryAfterMs(failure) }, cause: error, context: { secret: name, cause: failure.name } },
      );
    }
    return parse(prefix + name, text);
  }

  return {
    read(name, { refresh = false } = {}) {
      const known = cache.get(name);
      const ageMs = known === undefined ? Number.POSITIVE_INFINITY : clock.nowMs() - known.readAtMs;
      if (known !== undefined && ageMs < (refresh ? REFRESH_AT_MOST_EVERY_MS : CACHED_FOR_MS)) return known.secret;
      const secret = fetchSecret(name);
      cache.set(name, { readAtMs: clock.nowMs(), secret });
      // A failure is not remembered: the next caller asks again. What was known before stays usable.
      secret.catch((error: unknown) => {
        // What was known before is used for the rest of its time.
        if (known !== undefined) cache.set(name, known);
        else if (!isHubError(error, 'secrets.missing')) cache.delete(name);
        else cache.set(name, { readAtMs: clock.nowMs() - CACHED_FOR_MS + MISSING_KEPT_FOR_MS, secret });
      });
      return secret;
    },
  };
}
