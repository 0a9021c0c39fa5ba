import { type Stack, Validations } from 'aws-cdk-lib';
import type { Topology } from '../src/topology.ts';
import type { Names } from './names.ts';

/** Findings of cdk-nag's AwsSolutions pack that are meant to be so, each with its reason. */
export function acknowledgeFindings(data: Stack, application: Stack, topology: Topology, names: Names): void {
  const acknowledge = (stack: Stack, id: string, reason: string): void =>
    Validations.of(stack).acknowledge({ id: `AwsSolutions::AwsSolutions-${id}`, reason });

  acknowledge(data, 'S1', 'Only the functions read and write the files; their log and the deal say which and why.');
  acknowledge(
    data,
    'SMG4',
    'The keys are given out by the providers; nothing at AWS can rotate them. Two keys are valid while one is changed.',
  );
  acknowledge(application, 'SQS3', 'bus-dead is the dead-letter queue of the bus rules, which are not queues.');
  acknowledge(
    application,
    'APIG4',
    'Providers authorise themselves by the signature over the body, which the function verifies.',
  );
  for (const folder of ['contracts', 'documents', 'quarantine']) {
    acknowledge(
      application,
      `IAM5[Resource::arn:<AWS::Partition>:s3:::${names.prefix}-files-<AWS::AccountId>-<AWS::Region>/${folder}/*]`,
      'Which files there are depends on the deals; each function has the folder that it works with.',
    );
  }
  for (const { name } of topology.functions) {
    acknowledge(
      application,
      `IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws/lambda/${names.function(name)}:*]`,
      'A log group is written to through its streams, whose names Lambda makes up.',
    );
  }
}
