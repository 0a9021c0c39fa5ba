import { collectionRoutes } from './api-collections.ts';
import { compositeRoutes } from './api-composite.ts';
import { describeRoutes } from './api-describe.ts';
import { queryRoutes } from './api-query.ts';
import { recordRoutes } from './api-records.ts';
import { baseOf, type Handle, type Route } from './api-types.ts';
import { ApiFailure, notFound } from './failures.ts';
import type { Org } from './org.ts';

/** Oldest version that is not retired, and that of Winter '27. */
const OLDEST_VERSION = 31;
const NEWEST_VERSION = 68;

function isVersion(version: string): boolean {
  const number = Number(version);
  return /^\d+\.0$/.test(version) && number >= OLDEST_VERSION && number <= NEWEST_VERSION;
}

/** What `/services/data` lists. */
export function versionList() {
  return Array.from({ length: NEWEST_VERSION - OLDEST_VERSION + 1 }, (_, index) => {
    const version = `${OLDEST_VERSION + index}.0`;
    return { label: `Version ${version}`, url: `/services/data/v${version}`, version };
  });
}

/** The REST API below `/services/data/vXX.0`. @param usage calls of the last 24 hours */
export function createApi(org: Org, usage: () => { used: number; limit: number }): Handle {
  const own: readonly Route[] = [
    {
      method: 'GET',
      path: /^\/?$/,
      handle: (request) => {
        const base = baseOf(request);
        const names = ['sobjects', 'query', 'queryAll', 'composite', 'limits'];
        return { status: 200, body: Object.fromEntries(names.map((name) => [name, `${base}/${name}`])) };
      },
    },
    {
      method: 'GET',
      path: /^\/limits\/?$/,
      handle() {
        const { used, limit } = usage();
        const whole = (max: number) => ({ Max: max, Remaining: max });
        const body = {
          DailyApiRequests: { Max: limit, Remaining: Math.max(0, limit - used) },
          DailyBulkV2QueryJobs: whole(10_000),
          HourlyPublishedPlatformEvents: whole(250_000),
          FileStorageMB: whole(10_240),
        };
        return { status: 200, body };
      },
    },
  ];

  const handle: Handle = (request) => {
    if (!isVersion(request.version)) throw notFound();
    const fitting = routes.filter(({ path }) => path.test(request.path));
    const route = fitting.find(({ method }) => method === request.method);
    if (route !== undefined) {
      const groups = route.path.exec(request.path)?.slice(1) ?? [];
      return route.handle(request, groups.map(decoded));
    }
    if (fitting.length === 0) throw notFound();
    throw new ApiFailure(405, [
      {
        errorCode: 'METHOD_NOT_ALLOWED',
        message: `HTTP Method '${request.method}' not allowed. Allowed are ${fitting.map(({ method }) => method).join(',')}`,
      },
    ]);
  };
  const routes: readonly Route[] = [
    ...own,
    ...queryRoutes(org),
    ...compositeRoutes(org, handle),
    ...collectionRoutes(org),
    ...describeRoutes(org),
    ...recordRoutes(org),
  ];
  return handle;
}

/** A part of the path as it is meant; 404 when it is no percent-encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}
