import EnvelopesApi from 'docusign-esign/src/api/EnvelopesApi.js';
import FoldersApi from 'docusign-esign/src/api/FoldersApi.js';
import TemplatesApi from 'docusign-esign/src/api/TemplatesApi.js';
import { HubError } from '../../../domain/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import { errorOfAnswer } from './errors.ts';
import { CALL_LIMIT_MS, type HttpAnswer, jsonOf, type Send } from './http.ts';
import type { Session, Sessions } from './session.ts';

/** The SDK's APIs for one call of the port: all its requests share one time limit. */
export interface DocuSignClient {
  readonly envelopes: EnvelopesApi;
  readonly templates: TemplatesApi;
  readonly folders: FoldersApi;
}

type Parameters = Readonly<Record<string, unknown>>;

/**
 * Gives the SDK's API classes a transport of ours in place of its ApiClient. They know paths, verbs and parameters;
 * the ApiClient's axios follows redirects with the token on board, limits only the silence of a socket and not the
 * whole call, and for PDF listens to no stream error, so that a broken download never settles.
 * A refused token is renewed once; DocuSign did nothing with such a request, so repeating it is safe for writes too.
 */
export function createClientFactory(deps: {
  readonly sessions: Sessions;
  readonly send: Send;
  readonly clock: Clock;
}): () => DocuSignClient {
  return () => {
    const limit = AbortSignal.timeout(CALL_LIMIT_MS);

    async function callApi(
      path: string,
      method: string,
      pathParams: Parameters,
      queryParams: Parameters,
      _headerParams: Parameters,
      _formParams: Parameters,
      body: unknown,
      _authNames: unknown,
      _contentTypes: unknown,
      accepts: readonly string[],
    ): Promise<unknown> {
      const accept = accepts[0] ?? 'application/json';
      const target = `${fillPath(path, pathParams)}${queryOf(queryParams)}`;
      const request = { method, target, accept, body, writes: method !== 'GET' };
      const session = await deps.sessions.current();
      let answer = await attempt(session, request);
      if (answer.status === 401) answer = await attempt(await deps.sessions.renew(session), request);
      if (answer.status < 200 || answer.status > 299) throw errorOfAnswer(answer, request, deps.clock.nowMs());
      return accept === 'application/json' ? jsonOf(answer) : answer.body;
    }

    function attempt(
      session: Session,
      request: { method: string; target: string; accept: string; body: unknown; writes: boolean },
    ): Promise<HttpAnswer> {
      const hasBody = request.body !== null && request.body !== undefined;
      const headers = {
        authorization: `Bearer ${session.token}`,
        accept: request.accept,
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
      };
      const body = hasBody ? JSON.stringify(request.body) : undefined;
      const { method, writes } = request;
      return deps.send({ url: `${session.restUrl}${request.target}`, method, headers, body, writes }, limit);
    }

    const transport = { callApi };
    return {
      envelopes: new EnvelopesApi(transport),
      templates: new TemplatesApi(transport),
      folders: new FoldersApi(transport),
    };
  };
}

function fillPath(path: string, parameters: Parameters): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(parameters[name] ?? '');
    if (/^[\w-]+$/.test(value)) return value;
    throw new HubError(
      'esign.refused',
      `"${value.slice(0, 60)}" is no ${name} of DocuSign; correct it where it is configured`,
      {
        retry: 'never',
      },
    );
  });
}

function queryOf(parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}
