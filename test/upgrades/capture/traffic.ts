import { type AwsRequest, bytesOf, jsonOf, operationOf } from '../../../src/local/cloud/aws-call.ts';
import type { LoadFunction } from '../../../src/local/functions.ts';
import type { AwsService, Environment } from '../../../src/platform/environment.ts';
import type { RawItem, WireItem } from '../wire-item.ts';
import { fromWire } from '../wire-item.ts';

type RequestHandlerOf = NonNullable<Environment['awsRequestHandler']>;

/** A message as a function got it. */
export interface Message {
  readonly queue: string;
  readonly body: string;
}

export interface BusEntry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** Everything that the functions wrote or were told, in order. */
export interface Traffic {
  readonly writes: readonly RawItem[];
  readonly events: readonly BusEntry[];
  readonly messages: readonly Message[];
  /** Files by their key. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Listens to what the functions do; `load` is what loads them otherwise. */
  listenTo(load: LoadFunction): LoadFunction;
}

export function createTraffic(): Traffic {
  const writes: RawItem[] = [];
  const events: BusEntry[] = [];
  const messages: Message[] = [];
  const files = new Map<string, Uint8Array>();

  async function note(service: AwsService, request: AwsRequest): Promise<void> {
    const operation = operationOf(request);
    if (operation === 'PutItem') writes.push(fromWire((await jsonOf(request))['Item'] as WireItem));
    if (operation === 'PutEvents') events.push(...((await jsonOf(request))['Entries'] as BusEntry[]));
    if (service === 's3' && request.method === 'PUT') {
      // `/<bucket>/<key>`
      const key = decodeURIComponent(request.path).split('/').slice(2).join('/');
      files.set(key, await bytesOf(request.body));
    }
  }

  const heard =
    (handlerOf: RequestHandlerOf): RequestHandlerOf =>
    (service) => {
      const handler = handlerOf(service);
      return {
        ...handler,
        async handle(request: AwsRequest, options) {
          const answer = await handler.handle(request, options);
          if (answer.response.statusCode === 200) await note(service, request);
          return answer;
        },
      };
    };

  return {
    writes,
    events,
    messages,
    files,
    listenTo: (load) => async (spec) => {
      const { build } = await load(spec);
      return {
        build: (environment) => {
          const handlerOf = environment.awsRequestHandler;
          if (handlerOf === undefined) throw new Error('the embedded host hands in a request handler');
          const handler = build({ ...environment, awsRequestHandler: heard(handlerOf) });
          return (event, context) => {
            messages.push(...messagesIn(event));
            return handler(event, context);
          };
        },
      };
    },
  };
}

function messagesIn(event: unknown): readonly Message[] {
  const records: unknown = typeof event === 'object' && event !== null ? Reflect.get(event, 'Records') : undefined;
  if (!Array.isArray(records)) return [];
  return records.map(({ eventSourceARN, body }: { eventSourceARN: string; body: string }) => ({
    queue: eventSourceARN.split(':').at(-1) ?? '',
    body,
  }));
}
