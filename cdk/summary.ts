import type { Template } from 'aws-cdk-lib/assertions';
import type { FunctionSpec, Topology, Trigger } from '../src/topology.ts';
import type { Deployment } from './deployment.ts';

/** What a synthesis made, for machines; printed as the last line of `npm run synth`. */
export interface SynthResult {
  readonly stacks: Readonly<Record<string, number>>;
  readonly functions: number;
  readonly queues: number;
  readonly deadLetterQueues: number;
  readonly rules: number;
  readonly schedules: number;
  readonly connections: number;
  readonly alarms: number;
}

/** Number of resources of one type. */
export function count(template: Template, type: string): number {
  return Object.keys(template.findResources(type)).length;
}

/** What will be deployed, in words. */
export function describeTopology(topology: Topology, deployment: Deployment): string {
  const lines = ['Functions'];
  for (const spec of topology.functions) {
    lines.push(`  ${spec.name} (${spec.memoryMb} MB, ${spec.timeoutSeconds} s)`);
    for (const trigger of spec.triggers) lines.push(`    woken by ${describeTrigger(trigger)}`);
    if (spec.sendsTo.length > 0) lines.push(`    sends to ${spec.sendsTo.join(', ')}`);
    lines.push(`    uses ${describeUses(spec)}`);
  }
  lines.push('Queues');
  for (const { name, visibilityTimeoutSeconds, maxReceiveCount, deadLetterQueue } of topology.queues) {
    lines.push(
      `  ${name}: hidden for ${visibilityTimeoutSeconds} s while worked on, to ${deadLetterQueue} after ${maxReceiveCount} tries`,
    );
  }
  lines.push('Rules');
  for (const { name, pattern, targetQueue, retry, deadLetterQueue } of topology.rules) {
    lines.push(
      `  ${name}: ${JSON.stringify(pattern)} to ${targetQueue}, ${retry.maxAttempts} tries in ${retry.maxAgeSeconds} s, then ${deadLetterQueue}`,
    );
  }
  for (const { name, sourcePrefix, targetQueue } of topology.partnerRules) {
    for (const source of deployment.partnerEventSources.filter((each) => each.startsWith(sourcePrefix))) {
      lines.push(`  ${name}: everything on the bus ${source} to ${targetQueue}`);
    }
  }
  lines.push('Schedules');
  for (const { name, everyMinutes } of topology.schedules) lines.push(`  ${name}: every ${everyMinutes} minutes`);
  lines.push('Connections');
  for (const { id, provider, secret } of deployment.connections) {
    lines.push(`  ${id} (${provider}), keys in the secret ${secret}`);
  }
  lines.push(`Public address: ${deployment.publicUrl ?? 'the one that the HTTP API gets'}`);
  return lines.join('\n');
}

function describeTrigger(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'http':
      return `${trigger.method} ${trigger.path}`;
    case 'queue':
      return `the queue ${trigger.queue} (up to ${trigger.batchSize} messages, ${trigger.maxConcurrency} at once)`;
    case 'schedule':
      return `the schedule ${trigger.schedule}`;
  }
}

function describeUses(spec: FunctionSpec): string {
  return spec.uses.length === 0 ? 'nothing else' : spec.uses.join(', ');
}
