import { type ApiRequest, type ApiResponse, baseOf, type Route } from './api-types.ts';
import { badRequest } from './failures.ts';
import type { Org } from './org.ts';
import { runSoql, type Shown } from './soql.ts';

const CURSORS_KEPT = 100;

/** `query`, `queryAll` and their further pages. */
export function queryRoutes(org: Org): readonly Route[] {
  const cursors = new Map<string, readonly Shown[]>();

  function pageSize(request: ApiRequest): number {
    const wanted = /batchSize=(\d+)/i.exec(request.header('sforce-query-options') ?? '')?.[1];
    const most = org.switches.get().pageSize;
    return wanted === undefined ? most : Math.min(most, Math.max(1, Number(wanted)));
  }

  function page(request: ApiRequest, id: string, records: readonly Shown[], from: number): ApiResponse {
    const until = from + pageSize(request);
    const isDone = until >= records.length;
    const next = isDone ? {} : { nextRecordsUrl: `${baseOf(request)}/query/${id}-${until}` };
    return {
      status: 200,
      body: { totalSize: records.length, done: isDone, ...next, records: records.slice(from, until) },
    };
  }

  function run(request: ApiRequest, withDeleted: boolean): ApiResponse {
    const soql = request.query.get('q');
    if (soql === null || soql.trim() === '') throw badRequest('MALFORMED_QUERY', 'A query string has to be specified');
    const result = runSoql(org, soql, baseOf(request), withDeleted);
    if (result.kind === 'count') return { status: 200, body: { totalSize: result.count, done: true, records: [] } };
    const id = org.mint('QueryCursor');
    const answer = page(request, id, result.records, 0);
    if (result.records.length > pageSize(request)) {
      cursors.set(id, result.records);
      const [oldest] = cursors.keys();
      if (cursors.size > CURSORS_KEPT && oldest !== undefined) cursors.delete(oldest);
    }
    return answer;
  }

  return [
    { method: 'GET', path: /^\/query\/?$/, handle: (request) => run(request, false) },
    { method: 'GET', path: /^\/queryAll\/?$/i, handle: (request) => run(request, true) },
    {
      method: 'GET',
      path: /^\/query(?:All)?\/([^/]+)$/i,
      handle(request, [locator = '']) {
        const [, id = '', offset = ''] = /^([A-Za-z0-9]{18})-(\d+)$/.exec(locator) ?? [];
        const records = cursors.get(id);
        if (records === undefined) throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
        return page(request, id, records, Number(offset));
      },
    },
  ];
}
