import { type AwsEndpoint, type AwsRequest, bytesOf } from './aws-call.ts';
import type { FauxqsEngine } from './fauxqs-engine.ts';

function urlOf(request: AwsRequest): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value ?? '']) query.append(name, String(each));
  }
  const text = query.toString();
  return text === '' ? request.path : `${request.path}?${text}`;
}

/** S3 in this process: fauxqs' routes, called without a socket. The client uses path style, so the host is no bucket. */
export function createFileEngine({ app, s3 }: FauxqsEngine, bucket: string): { readonly endpoint: AwsEndpoint } {
  if (!s3.hasBucket(bucket)) s3.createBucket(bucket);
  return {
    async endpoint(request) {
      const payload = Buffer.from(await bytesOf(request.body));
      const answer = await app.inject({
        method: request.method,
        url: urlOf(request),
        headers: { ...request.headers, host: 'localhost', 'content-length': String(payload.length) },
        payload,
      });
      const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
      return { statusCode: answer.statusCode, headers: Object.fromEntries(headers), body: answer.rawPayload };
    },
  };
}
