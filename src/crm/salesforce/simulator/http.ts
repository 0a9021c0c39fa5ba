import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import { parseForm } from '../../../local/sandbox-kit/parse-form.ts';

/** `outgoing` is there when a Node server calls; without it a connection cannot be cut. */
export interface SimulatorEnv {
  Bindings: { outgoing?: { destroy(): void } };
}

export type SimulatorApp = Hono<SimulatorEnv>;
export type SimulatorContext = Context<SimulatorEnv>;

/** What does not fit a schema, in one line. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.length === 0 ? 'body' : path.join('.')}: ${message}`)
    .join('; ');
}

/** The form body, multipart or URL-encoded; throws an Error when it is neither. */
export async function readForm(c: SimulatorContext): Promise<FormData> {
  try {
    return await parseForm(c);
  } catch {
    throw new Error('The body is not a form. Send multipart/form-data or application/x-www-form-urlencoded.');
  }
}
