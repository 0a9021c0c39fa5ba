import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { Deployment } from './deployment.ts';
import type { Names } from './names.ts';
import type { Queues } from './queues.ts';
import { letIn, toQueue } from './rules.ts';

/**
 * Rules on the buses of partner event sources, which exist before this deployment: whoever accepts a source associates
 * it with a bus, and AWS gives the bus the source's name (AWS documentation, "Receiving events from a SaaS partner with
 * Amazon EventBridge"). Such a bus takes events from its partner and from nobody else. Throws for a source that no rule
 * of the topology reads.
 */
export function createPartnerRules(
  scope: Construct,
  topology: Topology,
  { partnerEventSources }: Deployment,
  queues: Queues,
  names: Names,
): void {
  for (const source of partnerEventSources) {
    const spec = topology.partnerRules.find(({ sourcePrefix }) => source.startsWith(sourcePrefix));
    if (spec === undefined) throw new Error(`No rule of src/topology.ts reads the partner event source "${source}".`);
    // Out of the source itself: a number would change with the order of the connections.
    const tail = source.replaceAll(/[^A-Za-z0-9]/g, '');
    const rule = new CfnRule(scope, `Rule-${spec.name}-${tail}`, {
      // A rule's name is unique on its bus only.
      name: `${names.prefix}-${spec.name}`,
      description: `Stagepost: feeds the queue ${spec.targetQueue}`,
      eventBusName: source,
      eventPattern: { source: [source] },
      state: 'ENABLED',
      targets: [toQueue(spec, queues)],
    });
    for (const name of [spec.targetQueue, spec.deadLetterQueue]) {
      const queue = queues.get(name);
      queue.addToResourcePolicy(letIn(queue.queueArn, [rule.attrArn], `LetIn${tail}`));
    }
  }
}
