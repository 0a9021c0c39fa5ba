import { type ApiRequest, type ApiResponse, type Handle, isInput, jsonBody, type Route } from './api-types.ts';
import { ApiFailure, badRequest } from './failures.ts';
import type { Org } from './org.ts';
import type { Input } from './write-rules.ts';

/** REST API Developer Guide, "Composite". */
const MOST_REQUESTS = 25;

interface SubAnswer {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

class RolledBack extends Error {}

const halted = (message: string): ApiResponse => ({
  status: 400,
  body: [{ errorCode: 'PROCESSING_HALTED', message }],
});
const ROLLED_BACK = halted('The transaction was rolled back since another operation in the same transaction failed.');

/** Up to 25 calls in one, the later ones with values out of the answers of the earlier ones: `@{ref.id}`. */
export function compositeRoutes(org: Org, handle: Handle): readonly Route[] {
  function run(outer: ApiRequest, sub: Input, answers: ReadonlyMap<string, unknown>): ApiResponse {
    let url: URL;
    let body: unknown;
    try {
      url = new URL(String(resolved(sub['url'], answers)), 'http://org');
      body = resolved(sub['body'], answers);
    } catch (error) {
      return halted(error instanceof Error ? error.message : String(error));
    }
    const [, version = '', path = ''] = /^\/services\/data\/v(\d+\.0)(\/.*)$/.exec(url.pathname) ?? [];
    const inner: ApiRequest = {
      ...outer,
      method: String(sub['method']).toUpperCase(),
      path,
      version,
      query: url.searchParams,
      body: body === undefined ? '' : JSON.stringify(body),
    };
    try {
      return handle(inner);
    } catch (error) {
      if (error instanceof ApiFailure) return { status: error.status, body: error.errors };
      throw error;
    }
  }

  function composite(request: ApiRequest): ApiResponse {
    const body = jsonBody(request);
    const subs = isInput(body) ? body['compositeRequest'] : undefined;
    if (!isInput(body) || !Array.isArray(subs) || !subs.every(isInput)) {
      throw badRequest('JSON_PARSER_ERROR', 'The body has to be an object with a list compositeRequest.');
    }
    if (subs.length > MOST_REQUESTS) {
      throw badRequest(
        'LIMIT_EXCEEDED',
        `The limit of ${MOST_REQUESTS} subrequests in a composite request is exceeded.`,
      );
    }
    const isAllOrNone = body['allOrNone'] === true;
    let results: SubAnswer[] = [];
    const answers = new Map<string, unknown>();
    const work = () => {
      for (const sub of subs) {
        const referenceId = String(sub['referenceId']);
        const answer = run(request, sub, answers);
        if (answer.status < 300) answers.set(referenceId, answer.body);
        results.push(subAnswer(answer, referenceId));
        if (isAllOrNone && answer.status >= 300) throw new RolledBack();
      }
    };
    try {
      if (isAllOrNone) org.transactions.run(request.actor, work);
      else work();
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      const failed = results.at(-1);
      results = subs.map((sub, index) =>
        index === results.length - 1 && failed !== undefined
          ? failed
          : subAnswer(ROLLED_BACK, String(sub['referenceId'])),
      );
    }
    return { status: 200, body: { compositeResponse: results } };
  }

  return [{ method: 'POST', path: /^\/composite\/?$/, handle: composite }];
}

function subAnswer({ body, headers, status }: ApiResponse, referenceId: string): SubAnswer {
  return { body: body ?? null, httpHeaders: headers ?? {}, httpStatusCode: status, referenceId };
}

/** Puts values of earlier answers in place of the references; throws an Error when there is none. */
function resolved(value: unknown, answers: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, answers));
  if (isInput(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, answers)]));
  }
  if (typeof value !== 'string') return value;
  return value.replace(/@\{([^}]+)\}/g, (_, way: string) => {
    const [reference = '', ...steps] = way.split(/[.[\]]+/).filter((step) => step !== '');
    let found: unknown = answers.get(reference);
    for (const step of steps) found = (found as Record<string, unknown> | undefined | null)?.[step];
    if (found === undefined || found === null || typeof found === 'object') {
      throw new Error(`Invalid reference specified. No value for ${way} found in ${reference}`);
    }
    return String(found);
  });
}
