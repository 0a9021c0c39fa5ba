import type { Context, MiddlewareHandler } from 'hono';
import type { Clock } from '../../platform/clock.ts';
import { parseForm } from './parse-form.ts';

/** One request that a client sent, kept so that tests and people can see what an adapter does. */
export interface LoggedRequest {
  readonly number: number;
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** With leading `?`, or empty. */
  readonly query: string;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly userAgent: string | undefined;
  /** Scheme and last four characters. */
  readonly authorization: string | undefined;
  /** Text bodies, at most 20,000 characters; empty for forms. */
  readonly body: string;
  /** Fields of a form; a file as `name (type, bytes)`, secrets as `***`. */
  readonly form: Readonly<Record<string, string>> | undefined;
}

export interface RequestLog {
  readonly middleware: MiddlewareHandler;
  /** The latest 500, oldest first. */
  list(): readonly LoggedRequest[];
  clear(): void;
}

const KEPT = 500;
const BODY_LIMIT = 20_000;
/** Of OAuth forms (RFC 6749, RFC 7009, RFC 7523). */
const SECRET_FIELDS = ['client_secret', 'refresh_token', 'assertion', 'token'];

export function createRequestLog(clock: Clock): RequestLog {
  let entries: LoggedRequest[] = [];
  let number = 0;

  return {
    list: () => [...entries],
    clear: () => {
      entries = [];
    },
    async middleware(c, next) {
      const atMs = clock.nowMs();
      const contentType = c.req.header('content-type');
      const isForm = /multipart\/form-data|x-www-form-urlencoded/.test(contentType ?? '');
      const body = isForm ? '' : (await c.req.text()).slice(0, BODY_LIMIT);
      const form = isForm ? await describeForm(c) : undefined;
      await next();
      number += 1;
      entries.push({
        number,
        atMs,
        method: c.req.method,
        path: c.req.path,
        query: new URL(c.req.url).search,
        status: c.res.status,
        contentType,
        userAgent: c.req.header('user-agent'),
        authorization: c.req.header('authorization')?.replace(/^(\S+)\s+.*(.{4})$/, '$1 …$2'),
        body,
        form,
      });
      if (entries.length > KEPT) entries.shift();
    },
  };
}

async function describeForm(c: Context): Promise<Record<string, string> | undefined> {
  const form = await parseForm(c).catch(() => undefined);
  if (form === undefined) return undefined;
  return Object.fromEntries(
    [...form].map(([name, value]) => {
      if (typeof value !== 'string') return [name, `${value.name} (${value.type}, ${value.size} bytes)`];
      return [name, SECRET_FIELDS.includes(name) ? '***' : value];
    }),
  );
}
