import type { Invocation, Received } from './activity.ts';

interface SqsRecord {
  readonly body: string;
  readonly attributes?: { readonly ApproximateReceiveCount?: string };
}

/** What a function was invoked with, by the shape of its event. */
export function readEvent(event: unknown): Pick<Invocation, 'trigger' | 'received'> {
  const {
    Records: records,
    body,
    requestContext,
    isBase64Encoded,
  } = (event ?? {}) as {
    readonly Records?: readonly SqsRecord[];
    readonly body?: string;
    readonly requestContext?: unknown;
    readonly isBase64Encoded?: boolean;
  };
  if (records !== undefined) return { trigger: 'queue', received: records.map(receivedOf) };
  if (requestContext === undefined) return { trigger: 'schedule', received: [] };
  const bytes = Buffer.byteLength(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  return { trigger: 'http', received: [{ bytes }] };
}

/** A message that is received again was put into the queue only once. */
function receivedOf({ body, attributes }: SqsRecord): Received {
  const bytes = Buffer.byteLength(body);
  const source = Number(attributes?.ApproximateReceiveCount ?? 1) > 1 ? undefined : busSourceOf(body);
  if (source === undefined) return { bytes };
  return { bytes, from: source.startsWith('aws.partner/') ? 'partner' : 'bus' };
}

/** `source` of an EventBridge envelope; undefined for anything else. */
function busSourceOf(body: string): string | undefined {
  try {
    const { source, 'detail-type': type } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    return typeof source === 'string' && typeof type === 'string' ? source : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the answer to a batch lets the poller delete anything ("Implementing partial batch responses"). */
export function deletesSome(messages: number, answer: unknown): boolean {
  const failures = (answer as { readonly batchItemFailures?: readonly unknown[] } | undefined)?.batchItemFailures ?? [];
  return messages > failures.length;
}
