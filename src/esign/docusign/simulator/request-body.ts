import type { Context } from 'hono';
import { type Loose, record } from './loose.ts';
import { invalidBody } from './wire-error.ts';

/** The JSON object of a request; throws WireError INVALID_REQUEST_BODY for anything else. */
export async function readJsonBody(context: Context): Promise<Loose> {
  const body = await context.req.text();
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return record(parsed);
  } catch {
    // Falls through to the one refusal.
  }
  throw invalidBody('A JSON object is expected.');
}
