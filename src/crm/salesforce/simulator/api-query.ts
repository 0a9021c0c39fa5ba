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

  /** Keeps the records that do not fit into an answer. */
  function keep(records: readonly Shown[]): string {
    const id = org.mint('QueryCursor');
    cursors.set(id, records);
    const [oldest] = cursors.keys();
    if (cursors.size > CURSORS_KEPT && oldest !== undefined) cursors.delete(oldest);
    return id;
  }

  /** The lists inside a record have pages too. */
  function withPages(request: ApiRequest, shown: Shown): Shown {
    const entries = Object.entries(shown).map(([name, value]) => {
      const list = (value as { records?: unknown } | null)?.records;
      if (!Array.isArray(list) || list.length <= pageSize(request)) return [name, value] as const;
      return [name, page(request, keep(list), list, 0)] as const;
    });
    return Object.fromEntries(entries);
  }

  function page(request: ApiRequest, id: string, records: readonly Shown[], from: number) {
    const until = from + pageSize(request);
    const isDone = until >= records.length;
    const next = isDone ? {} : { nextRecordsUrl: `${baseOf(request)}/query/${id}-${until}` };
    const shown = records.slice(from, until).map((record) => withPages(request, record));
    return { totalSize: records.length, done: isDone, ...next, records: shown };
  }

  function run(request: ApiRequest, withDeleted: boolean): ApiResponse {
    const soql = request.query.get('q');
    if (soql === null || soql.trim() === '') throw badRequest('MALFORMED_QUERY', 'A query string has to be specified');
    const result = runSoql(org, soql, baseOf(request), withDeleted);
    if (result.kind === 'count') return { status: 200, body: { totalSize: result.count, done: true, records: [] } };
    const { records } = result;
    const id = records.length > pageSize(request) ? keep(records) : '';
    return { status: 200, body: page(request, id, records, 0) };
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
        return { status: 200, body: page(request, id, records, Number(offset)) };
      },
    },
  ];
}
