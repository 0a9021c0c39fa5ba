import { Readable } from 'node:stream';
import type { HttpHandlerOptions, RequestHandler } from '@smithy/types';

/** The SDK's request as this cloud reads it. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface AwsAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** Answers one service's requests. */
export type AwsEndpoint = (request: AwsRequest) => Promise<AwsAnswer>;

export async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** Body of the JSON protocols. */
export async function jsonOf(request: AwsRequest): Promise<Record<string, unknown>> {
  const { body } = request;
  const text = typeof body === 'string' ? body : textOf(await bytesOf(body));
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Name of the operation in the JSON protocols, e.g. `PutItem`. */
export function operationOf(request: AwsRequest): string {
  const { headers } = request;
  // The SDK writes it in lower case; the search is for other callers.
  const target =
    headers['x-amz-target'] ??
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target')?.[1] ??
    '';
  return target.slice(target.lastIndexOf('.') + 1);
}

export function jsonAnswer(statusCode: number, body: unknown, headers: Record<string, string> = {}): AwsAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
    body: JSON.stringify(body),
  };
}

/** An error as the JSON protocols give it; the second header is how SQS names its errors beside that. */
export function jsonError(statusCode: number, code: string, message: string): AwsAnswer {
  const fault = statusCode >= 500 ? 'Receiver' : 'Sender';
  return jsonAnswer(statusCode, { __type: code, message }, { 'x-amzn-query-error': `${code};${fault}` });
}

/** Lets an SDK client call an endpoint without a socket. */
// biome-ignore lint/suspicious/noExplicitAny: the SDK's own handler types differ per client; each client narrows it.
export function toRequestHandler(endpoint: AwsEndpoint): RequestHandler<any, any, HttpHandlerOptions> {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    destroy: () => {},
    async handle(request: AwsRequest) {
      const answer = await endpoint(request);
      const bytes = Buffer.from(answer.body);
      // Downloads are read as a stream; the JSON protocols take bytes too, which cost much less.
      const isJson = answer.headers['content-type']?.startsWith('application/x-amz-json') === true;
      return { response: { ...answer, body: isJson ? bytes : Readable.from([bytes]) } };
    },
  };
}
