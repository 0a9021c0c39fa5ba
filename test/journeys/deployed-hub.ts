import type { CliDeps } from '../../src/cli/main.ts';
import { runCli } from '../../src/cli/main.ts';
import { type AwsRequest, jsonOf, operationOf } from '../../src/local/cloud/aws-call.ts';
import type { Stand } from './hub-stand.ts';

export type Handler = NonNullable<CliDeps['awsRequestHandler']>;

/** What a command said and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly handler?: Handler;
  readonly folder?: string;
}

/** Runs a command of `stagepost` against the stand over its address, or wherever the variables and `handler` lead. */
export async function stagepost(stand: Stand, args: readonly string[], options: RunOptions = {}): Promise<Said> {
  let out = '';
  let errors = '';
  const code = await runCli(args, {
    variables: { STAGEPOST_URL: stand.hub.url, ...options.variables },
    fetch,
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      errors += text;
    },
    userName: () => 'Olga Ops',
    timeZone: 'UTC',
    width: 120,
    folder: options.folder ?? process.cwd(),
    randomBytes: (size) => new Uint8Array(size).fill(7),
    ...(options.handler === undefined ? {} : { awsRequestHandler: options.handler }),
  });
  return { code, out, errors };
}

const EMBEDDED = { table: 'stagepost', bucket: 'stagepost-files' };

/**
 * The stand's cloud as the account of a deployment called `acme` would look from outside: the same parts under the names
 * that a deployment gives them. Everything else is not there.
 *
 * @param asked gets `<service> <operation or method>` of every call
 */
export function accountOf(stand: Stand, asked: string[] = []): Handler {
  return (service) => {
    const handler = stand.hub.cloud.requestHandler(service);
    return {
      ...handler,
      handle: async (request: AwsRequest) => {
        asked.push(`${service} ${service === 's3' ? request.method : operationOf(request)}`);
        return handler.handle(await asEmbedded(service, request));
      },
    };
  };
}

async function asEmbedded(service: string, request: AwsRequest): Promise<AwsRequest> {
  if (service === 's3') {
    const path = request.path.replace(/^\/acme-files-000000000000-us-east-1(?=\/)/, `/${EMBEDDED.bucket}`);
    return { ...request, path: path === request.path ? '/no-such-bucket/x' : path };
  }
  const body = await jsonOf(request);
  const { TableName: table, QueueName: queue } = body;
  const names = {
    ...(table === undefined ? {} : { TableName: table === 'acme' ? EMBEDDED.table : 'no-such-table' }),
    ...(typeof queue === 'string'
      ? { QueueName: queue.startsWith('acme-') ? queue.slice('acme-'.length) : 'no-such-queue' }
      : {}),
  };
  return { ...request, body: JSON.stringify({ ...body, ...names }) };
}
