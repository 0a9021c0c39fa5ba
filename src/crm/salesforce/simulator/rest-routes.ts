import type { ContentfulStatusCode, StatusCode } from 'hono/utils/http-status';
import { versionList } from './api.ts';
import { type ApiRequest, type ApiResponse, type Handle, isInput } from './api-types.ts';
import { ApiFailure, badRequest } from './failures.ts';
import { readForm, type SimulatorApp, type SimulatorContext } from './http.ts';
import type { OAuth } from './oauth.ts';

/** Longest address that is read (REST API Developer Guide, "Status Codes and Error Responses", 414). */
const LONGEST_URL = 16_384;

/** The REST API over HTTP. */
export function restRoutes(app: SimulatorApp, deps: { handle: Handle; oauth: OAuth }): void {
  app.get('/services/data', (c) => c.json(versionList()));

  app.all('/services/data/:version/*', (c) => answer(c));
  app.all('/services/data/:version', (c) => answer(c));

  async function answer(c: SimulatorContext): Promise<Response> {
    const url = new URL(c.req.url);
    if (url.pathname.length + url.search.length > LONGEST_URL) {
      throw new ApiFailure(414, [{ errorCode: 'URI_TOO_LONG', message: 'The URI is longer than 16,384 bytes.' }]);
    }
    const [, version = '', path = ''] = /^\/services\/data\/v([^/]*)(.*)$/.exec(url.pathname) ?? [];
    const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const client = /(?:^|[,;\s])client=([^,;]+)/.exec(c.req.header('sforce-call-options') ?? '')?.[1]?.trim();
    const request: ApiRequest = {
      method: c.req.method,
      path,
      query: url.searchParams,
      version,
      body: await bodyOf(c),
      header: (name) => c.req.header(name),
      actor: { userId: deps.oauth.use(token) ?? '', api: { version, client } },
    };
    return responseOf(c, deps.handle(request));
  }
}

function responseOf(c: SimulatorContext, { status, body, bytes, headers = {} }: ApiResponse): Response {
  const all: Record<string, string> = { ...headers };
  if (bytes !== undefined) return c.body(bytes, status as ContentfulStatusCode, all);
  if (body === undefined) return c.body(null, status as StatusCode, all);
  // With the character set in capitals, as the API writes it.
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
    ...all,
    'content-type': 'application/json;charset=UTF-8',
  });
}

/** JSON as it came; a multipart body as the JSON that says the same, its file in base64. */
async function bodyOf(c: SimulatorContext): Promise<string> {
  if (!/multipart\/form-data/i.test(c.req.header('content-type') ?? '')) return c.req.text();
  const parts = [...(await readForm(c))];
  const record = parts.map(([, part]) => part).find((part) => typeof part === 'string' || isJson(part));
  if (record === undefined) {
    throw badRequest('INVALID_MULTIPART_REQUEST', 'Multipart message must include a non-binary part');
  }
  let fields: unknown;
  try {
    fields = JSON.parse(typeof record === 'string' ? record : await record.text());
  } catch {
    throw badRequest('JSON_PARSER_ERROR', 'The non-binary part is no JSON.');
  }
  if (!isInput(fields)) throw badRequest('JSON_PARSER_ERROR', 'The non-binary part has to be an object.');
  const files = parts.flatMap(([name, part]) => (typeof part === 'string' || part === record ? [] : [{ name, part }]));
  const encoded = await Promise.all(
    files.map(async ({ name, part }) => [name, Buffer.from(await part.arrayBuffer()).toString('base64')] as const),
  );
  return JSON.stringify({ ...fields, ...Object.fromEntries(encoded) });
}

function isJson(part: File): boolean {
  return part.type.startsWith('application/json');
}
