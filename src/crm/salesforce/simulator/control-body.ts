import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod';
import { describeIssues, type SimulatorContext, type SimulatorEnv } from './http.ts';

/** The JSON body in this shape; throws an Error that says what does not fit. */
export async function readControlBody<T>(c: SimulatorContext, schema: z.ZodType<T>): Promise<T> {
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch {
    throw new Error('The body is not JSON.');
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Error(`The body does not fit: ${describeIssues(parsed.error)}`);
}

/** A page from elsewhere, open in the same browser, must not work the sandbox. */
export const sameOriginOnly: MiddlewareHandler<SimulatorEnv> = async (c, next) => {
  const origin = c.req.header('origin');
  if (origin !== undefined && origin !== new URL(c.req.url).origin) {
    return c.json({ error: `Requests from ${origin} are refused; open the sandbox's own page.` }, 403);
  }
  return next();
};
