import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { CliProblem } from './cli-problem.ts';

/** Bytes of a new signing key: 256 bits, 43 characters in base64url. */
const KEY_BYTES = 32;

export interface SigningKeys {
  /** Newest first; empty when there are none and none could be made. */
  readonly keys: readonly string[];
  /** What to put there; undefined when it is there already. */
  readonly missing?: string;
}

/** Where the secret of a connection lies. */
export interface SecretPlace {
  /** For messages: `STAGEPOST_SECRET_CRM_MAIN in .env`. */
  readonly shown: string;
  /** The secret as JSON; empty when there is none. */
  read(): Promise<string>;
  /** How a whole secret is written there. */
  whole(json: string): string;
}

/** Variable of `.env` that holds the secret of a connection: the one that the hub reads. */
export function secretVariableOf(connectionId: string): string {
  return `STAGEPOST_SECRET_${connectionId.toUpperCase().replaceAll('-', '_')}`;
}

/** A variable of the file that the hub on this machine reads; a file that does not exist is an empty one. */
export function secretInFile(connectionId: string, envFile: string): SecretPlace {
  const name = secretVariableOf(connectionId);
  return {
    shown: `${name} in ${envFile}`,
    read: async () => parseEnv(await readFile(envFile, 'utf8').catch(absent))[name] ?? '',
    whole: (json) => `${name}='${json}'`,
  };
}

/** The signing keys of a connection; where there are none, a new one is made if the keys are our own.
 * Throws CliProblem for a secret that is not JSON or has keys that are not
 * texts, without its value.
 */
export async function readSigningKeys(
  given: {
    readonly place: SecretPlace;
    /** What the key is called where the provider gives it; undefined where one of our own can be made. */
    readonly givenKey: string | undefined;
    /** What stands beside the keys. */
    readonly example: Readonly<Record<string, string>>;
  },
  randomBytes: (size: number) => Uint8Array,
): Promise<SigningKeys> {
  const { place } = given;
  const text = await place.read();
  const secret = text === '' ? undefined : parse(text, place);
  const keys = keysOf(secret, place);
  if (keys.length > 0) return { keys };
  const made = given.givenKey === undefined ? Buffer.from(randomBytes(KEY_BYTES)).toString('base64url') : undefined;
  const signingKeys = [made ?? given.givenKey];
  return {
    keys: made === undefined ? [] : [made],
    missing:
      secret === undefined
        ? place.whole(JSON.stringify({ signingKeys, ...given.example }))
        : `into the JSON of ${place.shown.split(' in ')[0]}: "signingKeys":${JSON.stringify(signingKeys)}`,
  };
}

function absent(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw new CliProblem('The file with the secrets cannot be read.', 'Name another one: --env <file>');
}

function parse(text: string, { shown, whole }: SecretPlace): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new CliProblem(`${shown} is not JSON.`, `Write it in one line: ${whole('{"signingKeys":["..."]}')}`);
}

function keysOf(secret: object | undefined, { shown }: SecretPlace): readonly string[] {
  const keys: unknown = secret === undefined ? undefined : Reflect.get(secret, 'signingKeys');
  if (keys === undefined) return [];
  if (Array.isArray(keys) && keys.every((key) => typeof key === 'string' && key !== '')) return keys;
  throw new CliProblem(`"signingKeys" of ${shown} is not a list of texts.`, 'Write "signingKeys":["..."]');
}
