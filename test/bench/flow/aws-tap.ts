import { AsyncLocalStorage } from 'node:async_hooks';
import { type AwsRequest, bytesOf, jsonOf, operationOf } from '../../../src/local/cloud/aws-call.ts';
import type { LoadFunction } from '../../../src/local/functions.ts';
import type { AwsService, Environment } from '../../../src/platform/environment.ts';
import type { Attributes } from '../../../src/store/dynamo-item.ts';
import { writeUnitsOf } from '../../../src/store/dynamo-units.ts';
import { writeUnits } from '../../../src/store/item-size.ts';

/** One call of a function to AWS, as it went over the wire. */
export interface AwsCall {
  readonly functionName: string;
  /** What the function was called with, when it was called with one message at a time. */
  readonly messageId: string | undefined;
  readonly service: AwsService;
  /** E.g. `PutItem`; for S3 the method. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Part of `writeUnits`. */
  readonly listingWriteUnits: number;
}

export interface AwsTap {
  readonly load: LoadFunction;
  /** What was called since the last time. */
  take(): readonly AwsCall[];
}

const NO_UNITS = { readUnits: 0, writeUnits: 0, listingWriteUnits: 0 };

/**
 * Listens to the calls of the functions. Consumed capacity is asked for with every call to the table, as the table's own
 * `onUnits` does, so that the units are those of the deployed functions and not of a table made for the occasion.
 * One message at a time: every message of a batch is handled alone, so that its calls are known.
 */
export function createAwsTap(load: LoadFunction, options: { readonly oneMessageAtATime: boolean }): AwsTap {
  let calls: AwsCall[] = [];
  const message = new AsyncLocalStorage<string>();

  async function tapped(
    functionName: string,
    service: AwsService,
    request: AwsRequest,
    handle: (request: AwsRequest) => Promise<{ response: { statusCode: number; body: unknown } }>,
  ) {
    const messageId = message.getStore();
    if (service === 's3') {
      calls.push({ functionName, messageId, service, operation: request.method, input: {}, ...NO_UNITS });
      return handle(request);
    }
    const operation = operationOf(request);
    const input = await jsonOf(request);
    if (service !== 'dynamodb') {
      calls.push({ functionName, messageId, service, operation, input, ...NO_UNITS });
      return handle(request);
    }
    const writes = operation === 'PutItem' || operation === 'DeleteItem';
    const asked = { ...input, ReturnConsumedCapacity: 'INDEXES', ...(writes ? { ReturnValues: 'ALL_OLD' } : {}) };
    const answer = await handle({ ...request, body: JSON.stringify(asked) });
    const body = await bytesOf(answer.response.body);
    const units = unitsOf(input, writes, answer.response.statusCode, JSON.parse(Buffer.from(body).toString()));
    calls.push({ functionName, messageId, service, operation, input, ...units });
    return { response: { ...answer.response, body: Buffer.from(body) } };
  }

  return {
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    async load(spec) {
      const { build } = await load(spec);
      return {
        build(environment) {
          const handlerOf = environment.awsRequestHandler;
          if (handlerOf === undefined) throw new Error('the embedded host hands in a request handler');
          const listening: NonNullable<Environment['awsRequestHandler']> = (service) => {
            const handler = handlerOf(service);
            return {
              ...handler,
              handle: (request: AwsRequest, more) =>
                tapped(spec.name, service, request, (changed) => handler.handle(changed, more)),
            };
          };
          const inner = build({ ...environment, awsRequestHandler: listening });
          if (!options.oneMessageAtATime || spec.name !== 'record') return inner;
          return async (event) => {
            const records = (event as { readonly Records: readonly { readonly body: string }[] }).Records;
            for (const record of records) {
              const { deliveryId = '' } = JSON.parse(record.body) as { deliveryId?: string };
              await message.run(deliveryId, () => inner({ Records: [record] }));
            }
          };
        },
      };
    },
  };
}

interface TableAnswer {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
  readonly Attributes?: Attributes;
}

function unitsOf(input: Readonly<Record<string, unknown>>, writes: boolean, status: number, answer: TableAnswer) {
  if (!writes) return { ...NO_UNITS, readUnits: answer.ConsumedCapacity?.CapacityUnits ?? 0 };
  const item = input['Item'] as Attributes | undefined;
  // A refused condition costs what the write would have cost.
  if (status !== 200) return { ...NO_UNITS, writeUnits: writeUnits(Buffer.byteLength(JSON.stringify(item ?? ''))) };
  return { readUnits: 0, ...writeUnitsOf(answer.ConsumedCapacity, answer.Attributes, item) };
}
