import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import { parseForm } from '../../../local/sandbox-kit/parse-form.ts';
import { badRequest } from './failures.ts';
import { type ObjectKind, objectKind } from './kinds.ts';

/** `outgoing` is there when a Node server calls; without it a connection cannot be cut. */
export interface SimulatorEnv {
  Bindings: { outgoing?: { destroy(): void } };
}

export type SimulatorApp = Hono<SimulatorEnv>;
export type SimulatorContext = Context<SimulatorEnv>;

/** The JSON body in this shape; throws the 400 that the API answers to anything else. */
export async function readBody<T>(c: SimulatorContext, schema: z.ZodType<T>): Promise<T> {
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch {
    throw badRequest('Invalid input JSON on line 1, column 1: the body is not JSON.');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badRequest(`Invalid input JSON: ${describeIssues(parsed.error)}`);
}

/** What does not fit a schema, in one line. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`)
    .join('; ');
}

/** The form body, multipart or URL-encoded; throws 400 when it is neither. */
export async function readForm(c: SimulatorContext): Promise<FormData> {
  try {
    return await parseForm(c);
  } catch {
    throw badRequest('The body is not a form. Send multipart/form-data or application/x-www-form-urlencoded.');
  }
}

/** A list in the query, either repeated or separated by commas; undefined when it is not there. */
export function queryList(c: SimulatorContext, name: string): string[] | undefined {
  const values = c.req.queries(name) ?? c.req.queries(`${name}[]`);
  const list = values?.flatMap((value) => value.split(',')).filter((value) => value !== '');
  return list === undefined || list.length === 0 ? undefined : list;
}

export function kindOf(name: string): ObjectKind {
  const kind = objectKind(name);
  if (kind === undefined) throw badRequest(`Unable to infer object type from: ${name}`);
  return kind;
}

/** A page of a list with the cursor of the next one; the cursor is the offset. */
export function page<T>(all: readonly T[], limit: number, after: string | undefined) {
  const offset = after === undefined ? 0 : Number(after);
  if (!Number.isInteger(offset) || offset < 0) throw badRequest(`after was not a valid cursor: ${after}`);
  const results = all.slice(offset, offset + limit);
  const next = offset + limit < all.length ? { paging: { next: { after: String(offset + limit) } } } : {};
  return { results, ...next };
}

/** `limit` of the query within 1 and the most that the endpoint allows. */
export function queryLimit(c: SimulatorContext, fallback: number, most: number): number {
  const text = c.req.query('limit');
  if (text === undefined) return fallback;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw badRequest(`limit was not a valid number: ${text}`);
  if (limit > most) throw badRequest(`limit must be ${most} or less, not ${text}`);
  return limit;
}
