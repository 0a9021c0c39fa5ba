import type { Context } from 'hono';

/** The form body, multipart or URL-encoded; throws when it is neither. The body can be read again afterwards. */
export async function parseForm(c: Context): Promise<FormData> {
  const contentType = c.req.header('content-type') ?? '';
  // Not `c.req.formData()`: what it has read nobody else can read as bytes.
  return new Response(await c.req.arrayBuffer(), { headers: { 'content-type': contentType } }).formData();
}
