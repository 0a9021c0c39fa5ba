import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { Names } from './names.ts';
import type { Queues } from './queues.ts';

/** The bus rules of the topology. A queue lets in exactly the rule that feeds it. */
export function createRules(scope: Construct, topology: Topology, bus: EventBus, queues: Queues, names: Names): void {
  const ruleArnsByDeadLetterQueue = new Map<string, string[]>();

  for (const spec of topology.rules) {
    const target = queues.get(spec.targetQueue);
    const rule = new CfnRule(scope, `Rule-${spec.name}`, {
      name: `${names.prefix}-${spec.name}`,
      description: `Stagepost: feeds the queue ${spec.targetQueue}`,
      eventBusName: bus.eventBusName,
      eventPattern: spec.pattern,
      state: 'ENABLED',
      targets: [
        {
          id: 'queue',
          arn: target.queueArn,
          // No input transformer: workers get EventBridge's own envelope here and in the embedded cloud alike.
          retryPolicy: {
            maximumEventAgeInSeconds: spec.retry.maxAgeSeconds,
            maximumRetryAttempts: spec.retry.maxAttempts,
          },
          deadLetterConfig: { arn: queues.get(spec.deadLetterQueue).queueArn },
        },
      ],
    });
    target.addToResourcePolicy(letIn(target.queueArn, [rule.attrArn]));
    const arns = ruleArnsByDeadLetterQueue.get(spec.deadLetterQueue) ?? [];
    ruleArnsByDeadLetterQueue.set(spec.deadLetterQueue, [...arns, rule.attrArn]);
  }

  for (const [name, ruleArns] of ruleArnsByDeadLetterQueue) {
    const queue = queues.get(name);
    queue.addToResourcePolicy(letIn(queue.queueArn, ruleArns));
  }
}

function letIn(queueArn: string, ruleArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'LetRuleIn',
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': ruleArns.length === 1 ? ruleArns[0] : ruleArns } },
  });
}
