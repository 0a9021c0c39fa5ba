import { PassThrough } from 'node:stream';
import { Connection } from 'jsforce/lib/connection.js';
import { StreamPromise } from 'jsforce/lib/util/promise.js';
import type * as z from 'zod';
import { HubError } from '../../../domain/errors.ts';
import { description, savedRecord } from '../payloads.ts';
import type { SalesforceSettings } from '../settings.ts';
import type { SalesforceHttp } from './http.ts';

/** Record types that the hub touches. */
export type ObjectType = 'Opportunity' | 'Task' | 'ContentVersion';

export type Description = z.infer<typeof description>;

/** What is used of jsforce; this is the only file that knows the package. */
export interface SalesforceClient {
  /** All records of all pages, and of all pages of their subqueries. One request for each page. */
  query<T extends z.ZodType>(row: T, soql: string): Promise<z.infer<T>[]>;
  /** The same with what is in the recycle bin. */
  queryAll<T extends z.ZodType>(row: T, soql: string): Promise<z.infer<T>[]>;
  describe(type: ObjectType): Promise<Description>;
  create(type: ObjectType, fields: Readonly<Record<string, string>>): Promise<{ readonly id: string }>;
  /** @param id with 18 characters: jsforce puts it into the path as it is */
  update(type: ObjectType, id: string, fields: Readonly<Record<string, string | null>>): Promise<void>;
  remove(type: ObjectType, id: string): Promise<void>;
}

/** jsforce would stop at 10,000 and say nothing. */
const MOST_RECORDS = 1_000_000;

/** A signed contract may be large and the line slow. */
const LARGE_BODY_LENGTH = 100_000;
const LARGE_BODY_TIMEOUT_MS = 25_000;

/** Change events name it as the origin of the hub's own writes (Salesforce, "ChangeEventHeader Fields"). */
const CLIENT_NAME = 'stagepost';

/**
 * jsforce builds requests and reads replies; sending, time-outs, tokens and errors are `http`'s. Its own transport would
 * wait for 30 minutes, repeat reads, follow redirects, and renew a refused token for ever.
 */
export function createClient(http: SalesforceHttp, settings: SalesforceSettings): SalesforceClient {
  const { instanceUrl, apiVersion } = settings;
  const connection = new Connection({
    instanceUrl,
    version: apiVersion,
    callOptions: { client: CLIENT_NAME },
  });
  connection._transport = {
    httpRequest: (request) =>
      // jsforce pipes the stream of every request, even where nobody reads it.
      StreamPromise.create(() => ({ stream: new PassThrough(), promise: send(request) })),
    getRequestStreamCreator() {
      throw new Error('requests to Salesforce are not streamed');
    },
  };

  async function send(request: SdkRequest): Promise<SdkReply> {
    if (!request.url.startsWith(`${instanceUrl}/services/`)) {
      throw new HubError('crm.refused', "Salesforce's answer points to another address; check instanceUrl", {
        retry: 'never',
      });
    }
    // The length is counted anew from the body that is sent.
    const { 'content-length': _length, ...headers } = request.headers ?? {};
    const body = typeof request.body === 'string' ? request.body : undefined;
    const { status, text } = await http.send({
      method: request.method,
      path: request.url.slice(instanceUrl.length),
      headers,
      ...(body === undefined ? {} : { body }),
      ...((body?.length ?? 0) > LARGE_BODY_LENGTH ? { timeoutMs: LARGE_BODY_TIMEOUT_MS } : {}),
    });
    return { statusCode: status, headers: { 'content-type': 'application/json' }, body: text };
  }

  async function readAll<T extends z.ZodType>(row: T, soql: string, scanAll: boolean): Promise<z.infer<T>[]> {
    const result = await connection.query(soql, { autoFetch: true, maxFetch: MOST_RECORDS, scanAll });
    return result.records.map((record) => row.parse(record));
  }

  return {
    query: (row, soql) => readAll(row, soql, false),
    queryAll: (row, soql) => readAll(row, soql, true),
    describe: async (type) => description.parse(await connection.describe(type)),
    create: async (type, fields) => savedRecord.parse(await connection.create(type, fields)),
    async update(type, id, fields) {
      await connection.update(type, { ...fields, Id: id });
    },
    async remove(type, id) {
      await connection.destroy(type, id);
    },
  };
}

/** What jsforce asks of its transport. */
interface SdkRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkReply {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}
