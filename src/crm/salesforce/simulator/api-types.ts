import { badRequest, notFound } from './failures.ts';
import type { ObjectDefinition } from './field-types.ts';
import type { Org } from './org.ts';
import type { Row } from './tables.ts';
import type { Actor } from './transactions.ts';
import type { Input } from './write-rules.ts';

/** One call of the REST API, whether it came alone or inside a composite one. */
export interface ApiRequest {
  readonly method: string;
  /** After `/services/data/vXX.0`, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** e.g. `66.0`. */
  readonly version: string;
  /** JSON; a multipart body is put together before. */
  readonly body: string;
  readonly header: (name: string) => string | undefined;
  readonly actor: Actor;
}

export interface ApiResponse {
  readonly status: number;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Throws ApiFailure. */
export type Handle = (request: ApiRequest) => ApiResponse;

export interface Route {
  readonly method: string;
  /** Of the whole path; groups are handed over decoded. */
  readonly path: RegExp;
  readonly handle: (request: ApiRequest, groups: readonly string[]) => ApiResponse;
}

/** Root of the version's URLs. */
export function baseOf(request: ApiRequest): string {
  return `/services/data/v${request.version}`;
}

export function jsonBody(request: ApiRequest): unknown {
  try {
    return JSON.parse(request.body) as unknown;
  } catch {
    const start = request.body.charAt(0);
    throw badRequest('JSON_PARSER_ERROR', `Unexpected character ('${start}') at [line:1, column:1]`);
  }
}

export function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as the fields of one record. */
export function fieldsBody(request: ApiRequest): Input {
  const body = jsonBody(request);
  if (isInput(body)) return body;
  throw badRequest('JSON_PARSER_ERROR', 'Can not deserialize SObject out of START_ARRAY token at [line:1, column:1]');
}

/** The object that a path names; 404 when there is none. */
export function objectAt(org: Org, name: string): ObjectDefinition {
  const object = org.schema.find(name);
  if (object === undefined) throw notFound();
  return object;
}

/** A record with all fields that this org has, or with the wanted ones in their order. */
export function shownRow(row: Row, fields: readonly { name: string; type: string }[], base: string) {
  const url = `${base}/sobjects/${row.type}/${row.id}`;
  return {
    attributes: { type: row.type, url },
    ...Object.fromEntries(
      fields.map(({ name, type }) => [name, type === 'base64' ? `${url}/${name}` : (row.fields[name] ?? null)]),
    ),
  };
}
