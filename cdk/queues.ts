import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { Names } from './names.ts';

/** A verified request of 640 KiB is 853 KiB in base64; SQS takes 1 MiB at most ("Amazon SQS message quotas"). */
const MAX_MESSAGE_BYTES = 1_048_576;
const DEAD_LETTER_RETENTION_DAYS = 14;

export interface Queues {
  /** Queues by their name in the topology, dead-letter queues included. Throws for a name that it does not have. */
  get(name: string): Queue;
}

/** Every queue of the topology with its dead-letter queue, encrypted, TLS only. */
export function createQueues(scope: Construct, topology: Topology, names: Names): Queues {
  const byName = new Map<string, Queue>();
  const common = {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  } as const;

  for (const name of topology.deadLetterQueues) {
    byName.set(
      name,
      new Queue(scope, `Queue-${name}`, {
        ...common,
        queueName: names.queue(name),
        retentionPeriod: Duration.days(DEAD_LETTER_RETENTION_DAYS),
        // Naming the source queue here would make the two queues refer to each other; the account's own queues may use it.
        redriveAllowPolicy: { redrivePermission: RedrivePermission.ALLOW_ALL },
      }),
    );
  }

  const get = (name: string): Queue => {
    const queue = byName.get(name);
    if (queue === undefined) throw new Error(`The topology has no queue "${name}"; add it to src/topology.ts.`);
    return queue;
  };

  for (const spec of topology.queues) {
    byName.set(
      spec.name,
      new Queue(scope, `Queue-${spec.name}`, {
        ...common,
        queueName: names.queue(spec.name),
        visibilityTimeout: Duration.seconds(spec.visibilityTimeoutSeconds),
        retentionPeriod: Duration.days(spec.retentionDays),
        deadLetterQueue: { queue: get(spec.deadLetterQueue), maxReceiveCount: spec.maxReceiveCount },
      }),
    );
  }
  return { get };
}
