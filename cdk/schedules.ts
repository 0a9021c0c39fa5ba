import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Topology } from '../src/topology.ts';
import type { Names } from './names.ts';

/** A missed firing is made up for by the next one: retrying an old one would only run it twice. */
const MAX_EVENT_AGE_SECONDS = 300;

/** The schedules of the topology; a function gets `{ "job": ... }`. Throws when a trigger names a schedule that does not exist. */
export function createSchedules(
  scope: Construct,
  topology: Topology,
  functions: ReadonlyMap<string, LambdaFunction>,
  names: Names,
): void {
  const group = new CfnScheduleGroup(scope, 'Schedules', { name: names.prefix });
  for (const spec of topology.functions) {
    const schedules = spec.triggers.flatMap((trigger) => (trigger.kind === 'schedule' ? [trigger.schedule] : []));
    const fn = functions.get(spec.name);
    if (schedules.length === 0 || fn === undefined) continue;

    new EventInvokeConfig(scope, `Async-${spec.name}`, {
      function: fn,
      retryAttempts: 0,
      maxEventAge: Duration.seconds(MAX_EVENT_AGE_SECONDS),
    });
    const role = new Role(scope, `ScheduleRole-${spec.name}`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
      description: `Stagepost: wakes the function ${spec.name}`,
      inlinePolicies: {
        allowed: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Invoke',
              effect: Effect.ALLOW,
              actions: ['lambda:InvokeFunction'],
              resources: [fn.functionArn],
            }),
          ],
        }),
      },
    });
    for (const name of schedules) {
      const schedule = topology.schedules.find((each) => each.name === name);
      if (schedule === undefined) {
        throw new Error(`The function ${spec.name} waits for a schedule "${name}"; add it to src/topology.ts.`);
      }
      new CfnSchedule(scope, `Schedule-${name}`, {
        name,
        groupName: group.ref,
        description: `Stagepost: ${spec.name} ${schedule.job}`,
        flexibleTimeWindow: { mode: 'OFF' },
        scheduleExpression: `rate(${schedule.everyMinutes} minutes)`,
        target: {
          arn: fn.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ job: schedule.job }),
          retryPolicy: { maximumEventAgeInSeconds: MAX_EVENT_AGE_SECONDS, maximumRetryAttempts: 2 },
        },
      });
    }
  }
}
