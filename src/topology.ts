/**
 * The one declaration of what runs where: the CDK app builds AWS from it, `src/local` builds the embedded cloud from it.
 * Nothing here is a secret or an account: names, time-outs, patterns.
 */
import { crmProviderNames } from './crm/provider-names.ts';

export interface QueueSpec {
  readonly name: string;
  /** At least six times the consuming function's time-out (AWS documentation, "Configuring an Amazon SQS queue as an event source"). */
  readonly visibilityTimeoutSeconds: number;
  /** High, so that ten minutes of trouble in the table do not fill the dead-letter queue. */
  readonly maxReceiveCount: number;
  readonly retentionDays: number;
  readonly deadLetterQueue: string;
}

export type Resource = 'table' | 'bus' | 'files' | 'connection-secrets';

export type Trigger =
  | { readonly kind: 'http'; readonly path: string; readonly method: 'POST' | 'ANY' }
  | {
      readonly kind: 'queue';
      readonly queue: string;
      readonly batchSize: number;
      /** How long the poller may wait to fill a batch, seconds. */
      readonly batchWindowSeconds: number;
      /** Limit of concurrent invocations for this queue, 2 to 1000. */
      readonly maxConcurrency: number;
    }
  | { readonly kind: 'schedule'; readonly schedule: string };

export interface FunctionSpec {
  readonly name: string;
  /** Source file that exports `build(environment)` and `handler`. */
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly triggers: readonly Trigger[];
  /** Queues it may send to. */
  readonly sendsTo: readonly string[];
  readonly uses: readonly Resource[];
}

/**
 * Events that a provider sends through EventBridge itself. AWS gives every such account a bus of its own, named after the
 * partner event source; a rule on it puts every event whose `source` begins so into the queue, as it is.
 */
export interface PartnerRuleSpec {
  readonly name: string;
  readonly sourcePrefix: string;
  readonly targetQueue: string;
  readonly retry: { readonly maxAgeSeconds: number; readonly maxAttempts: number };
  readonly deadLetterQueue: string;
}

/** EventBridge pattern subset: exact values only, arrays mean "any of these". */
export interface RulePattern {
  readonly 'detail-type'?: readonly string[];
  readonly detail?: { readonly wants?: readonly string[]; readonly crm?: readonly string[] };
}

export interface RuleSpec {
  readonly name: string;
  readonly pattern: RulePattern;
  readonly targetQueue: string;
  readonly retry: { readonly maxAgeSeconds: number; readonly maxAttempts: number };
  readonly deadLetterQueue: string;
}

export interface ScheduleSpec {
  readonly name: string;
  readonly everyMinutes: number;
  /** Goes to the function as the event's `job`. */
  readonly job: 'catch-up' | 'full-sweep';
}

export interface Topology {
  readonly functions: readonly FunctionSpec[];
  readonly queues: readonly QueueSpec[];
  /** Dead-letter queues, 14 days. */
  readonly deadLetterQueues: readonly string[];
  readonly rules: readonly RuleSpec[];
  readonly partnerRules: readonly PartnerRuleSpec[];
  readonly schedules: readonly ScheduleSpec[];
}

/** Environment variable that holds the URL of a queue. */
export function queueUrlVariable(queue: string): string {
  return `QUEUE_URL_${queue.toUpperCase().replaceAll('-', '_')}`;
}

/** Other environment variables, the same on AWS and in the embedded cloud. */
export const VARIABLES = {
  table: 'TABLE_NAME',
  bus: 'BUS_NAME',
  bucket: 'BUCKET_NAME',
  publicUrl: 'PUBLIC_URL',
  /** JSON: `[{ "id", "provider", "secret" }]`; all that the webhooks function knows of the configuration. */
  connections: 'CONNECTIONS',
  /** Seconds; set by the host from the topology, so that leases outlive the function. */
  functionTimeout: 'FUNCTION_TIMEOUT_SECONDS',
} as const;

/** `source` of our events on the bus. */
export const EVENT_SOURCE = 'stagepost';

export const INBOX_QUEUE = 'inbox';
/** For deliveries that nobody signed: junk there cannot keep signed ones waiting. */
export const HINTS_QUEUE = 'inbox-hints';
const RECORD_TIMEOUT_SECONDS = 30;
const WORKER_TIMEOUT_SECONDS = 60;

/** Jobs that react to events of a deal; one queue per job and CRM provider, so that one provider's outage stays its own. */
export const JOBS = [
  { job: 'send-contract', want: 'contract', entry: 'functions/send-contract.ts', files: true },
  { job: 'start-onboarding', want: 'plans', entry: 'functions/start-onboarding.ts', files: false },
  { job: 'write-back', want: 'writes', entry: 'functions/write-back.ts', files: true },
  { job: 'refresh', want: 'refresh', entry: 'functions/reconcile.ts', files: false },
] as const;

export type Job = (typeof JOBS)[number]['job'];

export function jobQueue(job: Job, crmProvider: string): string {
  return `${job}-${crmProvider}`;
}

/** Deliveries that could not be recorded, signed or not. */
const INBOX_DEAD_QUEUE = 'inbox-dead';
/**
 * What workers gave up on. One for all of them: SQS remembers which queue a message came from, and a redrive takes it back
 * there ("Dead-letter queue redrive", AWS documentation); an empty queue and its alarm cost the same as a full one.
 */
const JOBS_DEAD_QUEUE = 'jobs-dead';

function queue(name: string, consumerTimeoutSeconds: number, deadLetterQueue: string): QueueSpec {
  return {
    name,
    visibilityTimeoutSeconds: consumerTimeoutSeconds * 6,
    maxReceiveCount: 60,
    retentionDays: 14,
    deadLetterQueue,
  };
}

export function createTopology(crmProviders: readonly string[] = crmProviderNames): Topology {
  const jobQueues = JOBS.flatMap(({ job, want }) =>
    crmProviders.map((provider) => ({ job, want, provider, name: jobQueue(job, provider) })),
  );
  const queues = [
    queue(INBOX_QUEUE, RECORD_TIMEOUT_SECONDS, INBOX_DEAD_QUEUE),
    queue(HINTS_QUEUE, RECORD_TIMEOUT_SECONDS, INBOX_DEAD_QUEUE),
    ...jobQueues.map(({ name }) => queue(name, WORKER_TIMEOUT_SECONDS, JOBS_DEAD_QUEUE)),
  ];
  const queuesOf = (job: Job) => jobQueues.filter((each) => each.job === job).map(({ name }) => name);
  const queueTriggers = (job: Job): Trigger[] =>
    queuesOf(job).map((name) => ({
      kind: 'queue',
      queue: name,
      batchSize: 5,
      batchWindowSeconds: 0,
      maxConcurrency: 5,
    }));

  const functions: FunctionSpec[] = [
    {
      name: 'webhooks',
      entry: 'functions/webhooks.ts',
      timeoutSeconds: 10,
      memoryMb: 512,
      triggers: [{ kind: 'http', method: 'POST', path: '/webhooks/{provider}/{connectionId}' }],
      sendsTo: [INBOX_QUEUE, HINTS_QUEUE],
      uses: ['connection-secrets'],
    },
    {
      name: 'record',
      entry: 'functions/record.ts',
      timeoutSeconds: RECORD_TIMEOUT_SECONDS,
      memoryMb: 512,
      triggers: [
        { kind: 'queue', queue: INBOX_QUEUE, batchSize: 10, batchWindowSeconds: 0, maxConcurrency: 10 },
        { kind: 'queue', queue: HINTS_QUEUE, batchSize: 10, batchWindowSeconds: 0, maxConcurrency: 2 },
      ],
      sendsTo: [],
      uses: ['table', 'bus', 'files'],
    },
    ...JOBS.map(({ job, entry, files }): FunctionSpec => {
      const isReconcile = job === 'refresh';
      return {
        name: isReconcile ? 'reconcile' : job,
        entry,
        timeoutSeconds: WORKER_TIMEOUT_SECONDS,
        memoryMb: 1024,
        triggers: [
          ...queueTriggers(job),
          ...(isReconcile
            ? ([
                { kind: 'schedule', schedule: 'catch-up' },
                { kind: 'schedule', schedule: 'full-sweep' },
              ] as const)
            : []),
        ],
        sendsTo: [
          ...queuesOf(job),
          ...(isReconcile ? jobQueues.filter((q) => q.job !== job).map((q) => q.name) : []),
          INBOX_QUEUE,
        ],
        uses: ['table', 'bus', 'connection-secrets', ...(files ? (['files'] as const) : [])],
      };
    }),
  ];

  return {
    functions,
    queues,
    deadLetterQueues: [...new Set(queues.map((each) => each.deadLetterQueue)), 'bus-dead'],
    rules: jobQueues.map(({ want, provider, name }) => ({
      name,
      pattern: { detail: { wants: [want], crm: [provider] } },
      targetQueue: name,
      retry: { maxAgeSeconds: 86_400, maxAttempts: 185 },
      deadLetterQueue: 'bus-dead',
    })),
    partnerRules: [
      {
        name: 'partner-events',
        sourcePrefix: 'aws.partner/',
        targetQueue: INBOX_QUEUE,
        retry: { maxAgeSeconds: 86_400, maxAttempts: 185 },
        deadLetterQueue: 'bus-dead',
      },
    ],
    schedules: [
      { name: 'catch-up', everyMinutes: 5, job: 'catch-up' },
      { name: 'full-sweep', everyMinutes: 1440, job: 'full-sweep' },
    ],
  };
}
