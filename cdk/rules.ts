import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { PartnerRuleSpec, RuleSpec, Topology } from '../src/topology.ts';
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
      targets: [toQueue(spec, queues)],
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

/** No input transformer: the functions get EventBridge's own envelope here and in the embedded cloud alike. */
export function toQueue(spec: RuleSpec | PartnerRuleSpec, queues: Queues): CfnRule.TargetProperty {
  return {
    id: 'queue',
    arn: queues.get(spec.targetQueue).queueArn,
    retryPolicy: {
      maximumEventAgeInSeconds: spec.retry.maxAgeSeconds,
      maximumRetryAttempts: spec.retry.maxAttempts,
    },
    deadLetterConfig: { arn: queues.get(spec.deadLetterQueue).queueArn },
  };
}

/** @param sid names the statement; a queue's policy has each once */
export function letIn(queueArn: string, ruleArns: readonly string[], sid = 'LetRuleIn'): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': ruleArns.length === 1 ? ruleArns[0] : ruleArns } },
  });
}
