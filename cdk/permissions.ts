import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { TABLE_SCHEMA } from '../src/store/table-schema.ts';
import type { FunctionSpec } from '../src/topology.ts';
import type { DeployedConnection } from './deployment.ts';
import type { Names } from './names.ts';

export interface PermissionContext {
  readonly stack: Stack;
  readonly names: Names;
  readonly connections: readonly DeployedConnection[];
  queueArn(queue: string): string;
  readonly busArn: string;
  readonly logGroupArn: string;
}

/** Secrets Manager appends a dash and six random characters to a secret's name in its ARN. */
const SECRET_SUFFIX = '-??????';

/** What one function may do, and nothing else: derived from `sendsTo`, `uses` and its queue triggers. */
export function statementsFor(spec: FunctionSpec, context: PermissionContext): PolicyStatement[] {
  const { stack, names, connections, queueArn } = context;
  const statements: PolicyStatement[] = [];
  const allow = (sid: string, actions: string[], resources: string[]): void => {
    if (resources.length === 0) return;
    statements.push(new PolicyStatement({ sid, effect: Effect.ALLOW, actions, resources }));
  };

  allow('WriteLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [`${context.logGroupArn}:*`]);
  allow('SendToQueues', ['sqs:SendMessage'], spec.sendsTo.map(queueArn));
  allow(
    'ConsumeQueues',
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    spec.triggers.flatMap((trigger) => (trigger.kind === 'queue' ? [queueArn(trigger.queue)] : [])),
  );

  for (const resource of spec.uses) {
    switch (resource) {
      case 'table': {
        const table = stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: names.table });
        allow('UseTable', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:Query'], [table]);
        // An index is written by DynamoDB itself.
        allow('QueryListing', ['dynamodb:Query'], [`${table}/index/${TABLE_SCHEMA.listing.indexName}`]);
        break;
      }
      case 'bus':
        allow('PublishToBus', ['events:PutEvents'], [context.busArn]);
        break;
      case 'files': {
        const bucket = `arn:${stack.partition}:s3:::${names.bucket}`;
        allow('UseFiles', ['s3:GetObject', 's3:PutObject'], [`${bucket}/*`]);
        // Without this S3 answers 403 instead of 404 for a file that does not exist (GetObject, S3 API reference).
        allow('SeeMissingFiles', ['s3:ListBucket'], [bucket]);
        break;
      }
      case 'connection-secrets':
        allow(
          'ReadSecrets',
          ['secretsmanager:GetSecretValue'],
          connections.map(({ secret }) =>
            stack.formatArn({
              service: 'secretsmanager',
              resource: 'secret',
              resourceName: `${secret}${SECRET_SUFFIX}`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          ),
        );
        break;
      default:
        resource satisfies never;
    }
  }
  return statements;
}
