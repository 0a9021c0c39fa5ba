import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnArchive, CfnRule } from 'aws-cdk-lib/aws-events';
import type { IConstruct } from 'constructs';

/**
 * Changes what MiniStack 1.5.33 cannot make, though AWS can: every resource but the archive is still there, with its
 * name and its references. Answers a sentence for every change, for docs/emulator.md has to name them.
 */
export function makeDeployable(scope: IConstruct): readonly string[] {
  return scope.node.findAll().flatMap((each) => {
    if (each instanceof CfnAlarm && each.metrics !== undefined) {
      each.metrics = undefined;
      each.namespace = 'AWS/ApiGateway';
      each.metricName = '4xx';
      each.statistic = 'Sum';
      each.period = 300;
      return [`${each.node.path} watches a plain metric, because the emulator refuses expressions of metrics`];
    }
    if (each instanceof CfnArchive) {
      each.node.scope?.node.tryRemoveChild(each.node.id);
      return [`${each.node.path} is not there, because the emulator knows no archives`];
    }
    if (each instanceof CfnRule && each.eventBusName?.includes('/') === true) {
      each.addPropertyDeletionOverride('Tags');
      return [`${each.node.path} has no tags, because the emulator finds no rule of a bus with a slash in its name`];
    }
    return [];
  });
}
