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

/**
 * Folders of the bucket that a function reads, and those into which it puts; who uses files is listed here. Documents of
 * ours are put there by whoever deploys, and nothing but what came in too large is ever put anew by `record`.
 */
const FILES_OF: Readonly<Record<string, { readonly reads: string; readonly puts?: string }>> = {
  record: { reads: 'quarantine', puts: 'quarantine' },
  'send-contract': { reads: 'documents' },
  'write-back': { reads: 'contracts', puts: 'contracts' },
};

/** Items are taken away where a person is forgotten, and nowhere else. */
const MAY_DELETE_ITEMS = ['record'];

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
        allow('UseTable', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [table]);
        if (MAY_DELETE_ITEMS.includes(spec.name)) allow('ForgetItems', ['dynamodb:DeleteItem'], [table]);
        // An index is written by DynamoDB itself.
        allow('QueryListing', ['dynamodb:Query'], [`${table}/index/${TABLE_SCHEMA.listing.indexName}`]);
        break;
      }
      case 'bus':
        allow('PublishToBus', ['events:PutEvents'], [context.busArn]);
        break;
      case 'files': {
        const bucket = `arn:${stack.partition}:s3:::${names.bucket}`;
        const folders = FILES_OF[spec.name];
        if (folders === undefined)
          throw new Error(`Say in cdk/permissions.ts which files ${spec.name} reads and puts.`);
        const { reads, puts } = folders;
        allow('ReadFiles', ['s3:GetObject'], [`${bucket}/${reads}/*`]);
        allow('PutFiles', ['s3:PutObject'], puts === undefined ? [] : [`${bucket}/${puts}/*`]);
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
