import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface FauxqsMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
  readonly approximateFirstReceiveTimestamp?: number;
}

interface Dequeued {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly MD5OfBody: string;
  readonly Body: string;
}

export interface FauxqsQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly inflightMessages: ReadonlyMap<string, { readonly message: FauxqsMessage }>;
  setAttributes(attributes: Readonly<Record<string, string>>): void;
  dequeue(
    max: number,
    visibilitySeconds: number | undefined,
    deadLetterQueue: (arn: string) => FauxqsQueue | undefined,
  ): Dequeued[];
  deleteMessage(receiptHandle: string): boolean;
  waitForMessages(seconds: number): Promise<void>;
  inspectMessages(): {
    readonly ready: readonly FauxqsMessage[];
    readonly delayed: readonly FauxqsMessage[];
    readonly inflight: readonly { readonly message: FauxqsMessage }[];
  };
}

export interface FauxqsSqsStore {
  persistence?: unknown;
  region?: string;
  createQueue(name: string, url: string, arn: string, attributes: Readonly<Record<string, string>>): FauxqsQueue;
  getQueueByName(name: string): FauxqsQueue | undefined;
  getQueueByArn(arn: string): FauxqsQueue | undefined;
  allQueues(): Iterable<FauxqsQueue & { persistence?: unknown }>;
  shutdown(): void;
}

export interface FauxqsS3Store {
  persistence?: unknown;
  hasBucket(name: string): boolean;
  createBucket(name: string): void;
}

interface Persistence {
  readonly db: { exec(sql: string): void };
  load(sqs: FauxqsSqsStore, sns: unknown, s3: FauxqsS3Store): void;
  close(): void;
}

interface FauxqsApp {
  inject(request: {
    method: string;
    url: string;
    headers: Readonly<Record<string, string>>;
    payload: Uint8Array;
  }): Promise<{ statusCode: number; headers: Record<string, unknown>; rawPayload: Buffer }>;
  close(): Promise<void>;
}

/** What an SQS operation takes and gives; throws errors with `statusCode`, `toJSON` and `queryErrorHeader`. */
export type SqsAction = (body: unknown, store: FauxqsSqsStore, request: unknown) => unknown;

export interface FauxqsParts {
  readonly SqsStore: new () => FauxqsSqsStore;
  readonly SnsStore: new () => unknown;
  readonly S3Store: new () => FauxqsS3Store;
  readonly PersistenceManager: new (folder: string) => Persistence;
  readonly buildApp: (options: { logger: false; stores: Record<string, unknown> }) => FauxqsApp;
  readonly sqsActions: ReadonlyMap<string, SqsAction>;
}

const SQS_ACTIONS = [
  'sendMessage',
  'sendMessageBatch',
  'receiveMessage',
  'deleteMessage',
  'deleteMessageBatch',
  'changeMessageVisibility',
  'changeMessageVisibilityBatch',
  'getQueueAttributes',
  'getQueueUrl',
  'listQueues',
  'purgeQueue',
] as const;

/**
 * fauxqs exports a server that listens on every interface of the machine. Its stores need no server, so they are
 * imported by their files: no port is opened, a call costs no socket, and nobody on the network can reach the queues.
 */
export async function loadFauxqs(): Promise<FauxqsParts> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined)
    throw new Error('The package fauxqs is not installed; run "npm ci" in the project folder.');
  const load = (file: string) => import(pathToFileURL(join(dirname(manifest), 'dist', file)).href);
  const [app, sqs, sns, s3, persistence, ...actions] = await Promise.all([
    load('app.js'),
    load('sqs/sqsStore.js'),
    load('sns/snsStore.js'),
    load('s3/s3Store.js'),
    load('persistence.js'),
    ...SQS_ACTIONS.map((name) => load(`sqs/actions/${name}.js`)),
  ]);
  return {
    SqsStore: sqs.SqsStore,
    SnsStore: sns.SnsStore,
    S3Store: s3.S3Store,
    PersistenceManager: persistence.PersistenceManager,
    buildApp: app.buildApp,
    sqsActions: new Map(
      SQS_ACTIONS.map((name, index) => [name.charAt(0).toUpperCase() + name.slice(1), actions[index][name]]),
    ),
  };
}
