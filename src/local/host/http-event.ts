import type { IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** The request as node:http has it, with its whole body. */
export interface FrontRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  readonly body: Buffer;
}

/**
 * Event of an HTTP API, payload format 2.0 ("Create AWS Lambda proxy integrations for HTTP APIs"): header names in lower
 * case, repeated ones joined with commas, cookies apart. The body is always base64, so that its bytes are safe.
 */
export function toHttpEvent(
  request: FrontRequest,
  route: { readonly key: string; readonly parameters: Readonly<Record<string, string>> },
  options: { readonly nowMs: number; readonly requestId: string },
): APIGatewayProxyEventV2 {
  const queryAt = request.target.indexOf('?');
  const path = queryAt < 0 ? request.target : request.target.slice(0, queryAt);
  const query = queryAt < 0 ? '' : request.target.slice(queryAt + 1);
  const headers: Record<string, string> = {};
  for (const name in request.headers) {
    const value = request.headers[name];
    if (name !== 'cookie') headers[name] = Array.isArray(value) ? value.join(',') : (value ?? '');
  }
  const { cookie } = request.headers;
  const domainName = headers['host'] ?? 'localhost';
  const event: APIGatewayProxyEventV2 = {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: query,
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'embedded',
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.remoteAddress,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: options.requestId,
      routeKey: route.key,
      stage: '$default',
      time: new Date(options.nowMs).toISOString(),
      timeEpoch: options.nowMs,
    },
    isBase64Encoded: request.body.length > 0,
  };
  if (cookie !== undefined) event.cookies = cookie.split(/; */);
  if (query !== '') event.queryStringParameters = queryParameters(query);
  if (Object.keys(route.parameters).length > 0) event.pathParameters = { ...route.parameters };
  if (request.body.length > 0) event.body = request.body.toString('base64');
  return event;
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

export interface FrontAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Uint8Array;
}

/** A refusal of the gateway itself. */
export function gatewayAnswer(status: number, message: string): FrontAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/** What the function answered; an answer without a status is JSON with status 200, as the HTTP API infers it. */
export function toFrontAnswer(answer: unknown): FrontAnswer {
  const status: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'statusCode') : undefined;
  if (typeof answer !== 'object' || answer === null || typeof status !== 'number') {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const {
    headers = {},
    cookies,
    body = '',
    isBase64Encoded = false,
  } = answer as {
    headers?: Record<string, unknown>;
    cookies?: string[];
    body?: string;
    isBase64Encoded?: boolean;
  };
  const named: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) named[name.toLowerCase()] = String(value);
  if (cookies !== undefined) named['set-cookie'] = cookies;
  return {
    status,
    headers: named,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
