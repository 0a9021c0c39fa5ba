import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Hono } from 'hono';
import type { Handler } from '../platform/handler.ts';
import type { CallerAddress } from './caller-address.ts';

/**
 * Lets a Hono app answer the events of an HTTP API (payload format 2.0, "Create AWS Lambda proxy integrations for HTTP
 * APIs"). The app finds the event as `c.env.event`. Not for apps that set cookies or answer with binary bodies.
 *
 * Hono's own adapter serves every kind of event through complete `Request` objects, at several times the cost of
 * verifying a webhook, and is to go with Hono 5 (deprecation note in `hono/aws-lambda`, 4.13).
 */
export function createHttpApiHandler(app: Hono<{ Bindings: CallerAddress }>): Handler {
  return async (input): Promise<APIGatewayProxyStructuredResultV2> => {
    const event = input as APIGatewayProxyEventV2;
    const response = await app.fetch(requestOf(event), { event });
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const body = response.body === null ? '' : await response.text();
    return { statusCode: response.status, headers, body, isBase64Encoded: false };
  };
}

/** What Hono's routing, its body limit and a handler of raw bytes read of a request; anything else is not there. */
type ReadOfRequest = Pick<Request, 'method' | 'url' | 'arrayBuffer'> & {
  readonly headers: Pick<Headers, 'get' | 'has'> & {
    forEach(visit: (value: string, name: string) => void): void;
  };
  readonly body: Uint8Array | null;
};

function requestOf(event: APIGatewayProxyEventV2): Request {
  const body = bodyOf(event);
  const headers = headersOf(event, body);
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const request: ReadOfRequest = {
    method: event.requestContext.http.method,
    url: `https://${event.requestContext.domainName}${event.rawPath}${query}`,
    headers: {
      get: (name) => headers.get(name.toLowerCase()) ?? null,
      has: (name) => headers.has(name.toLowerCase()),
      forEach: (visit) => headers.forEach(visit),
    },
    body,
    arrayBuffer: async () => new Uint8Array(body ?? []).buffer,
  };
  return request as unknown as Request;
}

function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEventV2): Uint8Array | null {
  if (body === undefined || body === '') return null;
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

/** Names in lower case; empty values are as good as none. The length is that of the body, whatever was declared. */
function headersOf(event: APIGatewayProxyEventV2, body: Uint8Array | null): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (value !== undefined && value !== '') headers.set(name.toLowerCase(), value);
  }
  if (event.cookies !== undefined) headers.set('cookie', event.cookies.join('; '));
  if (body === null) return headers;
  headers.set('content-length', String(body.length));
  // The body is here and whole.
  headers.delete('transfer-encoding');
  return headers;
}
