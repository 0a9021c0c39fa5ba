import { HubError } from '../domain/errors.ts';
import { HINTS_QUEUE, INBOX_QUEUE, queueUrlVariable, VARIABLES } from '../topology.ts';

/** All that the webhooks function knows of the configuration: which connection, whose, and the name of its secret. */
export interface DoorConnection {
  readonly id: string;
  readonly provider: string;
  readonly secret: string;
}

export interface WebhookEnvironment {
  readonly publicUrl: string;
  readonly inboxUrl: string;
  /** For what nobody signed. */
  readonly hintsUrl: string;
  readonly connections: readonly DoorConnection[];
}

/** What the webhooks function is told by its environment. Throws HubError `environment.missing` that names the variable. */
export function readWebhookEnvironment(variables: Readonly<Record<string, string | undefined>>): WebhookEnvironment {
  const required = (name: string): string => {
    const value = variables[name];
    if (value === undefined || value === '') {
      throw missing(`the environment variable ${name} is not set; the deployment sets it from src/topology.ts`);
    }
    return value;
  };
  return {
    publicUrl: required(VARIABLES.publicUrl),
    inboxUrl: required(queueUrlVariable(INBOX_QUEUE)),
    hintsUrl: required(queueUrlVariable(HINTS_QUEUE)),
    connections: readConnectionsVariable(variables[VARIABLES.connections]),
  };
}

/**
 * Reads the variable `CONNECTIONS`, `[{ "id", "provider", "secret" }]`. Plain code instead of a schema library keeps
 * this function's bundle small. Throws HubError `environment.missing` that says what to correct: of no use is as good as
 * not there, and the same alarm has to hear it.
 */
export function readConnectionsVariable(text: string | undefined): readonly DoorConnection[] {
  const help = 'it must be a JSON array of objects with the texts "id", "provider" and "secret"';
  if (text === undefined) throw missing(`the environment variable CONNECTIONS is not set; ${help}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw missing(`the environment variable CONNECTIONS is not JSON; ${help}`);
  }
  if (!Array.isArray(value)) throw missing(`the environment variable CONNECTIONS is not an array; ${help}`);
  return value.map((entry: unknown, index) => {
    if (!isDoorConnection(entry)) throw missing(`entry ${index + 1} of CONNECTIONS is not complete; ${help}`);
    return { id: entry.id, provider: entry.provider, secret: entry.secret };
  });
}

function isDoorConnection(value: unknown): value is DoorConnection {
  if (typeof value !== 'object' || value === null) return false;
  return ['id', 'provider', 'secret'].every((name) => {
    const field: unknown = (value as Record<string, unknown>)[name];
    return typeof field === 'string' && field !== '';
  });
}

function missing(sentence: string): HubError {
  return new HubError('environment.missing', sentence, { retry: 'never' });
}
