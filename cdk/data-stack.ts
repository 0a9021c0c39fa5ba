import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { TABLE_SCHEMA } from '../src/store/table-schema.ts';
import type { Deployment } from './deployment.ts';
import type { Names } from './names.ts';

/**
 * What must outlive every other part: the table, the files, the secrets. Everything in it is retained when the
 * stack goes, and the stack itself refuses to be deleted.
 */
export function createDataStack(app: App, deployment: Deployment, names: Names): Stack {
  const stack = new Stack(app, 'Data', {
    stackName: `${names.prefix}-data`,
    description: 'Stagepost: the deals, the files and the secrets of the connections',
    terminationProtection: true,
  });

  const { listing } = TABLE_SCHEMA;
  const table = new Table(stack, 'Table', {
    tableName: names.table,
    partitionKey: { name: TABLE_SCHEMA.partitionKey, type: AttributeType.STRING },
    sortKey: { name: TABLE_SCHEMA.sortKey, type: AttributeType.STRING },
    timeToLiveAttribute: TABLE_SCHEMA.timeToLive,
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  table.addGlobalSecondaryIndex({
    indexName: listing.indexName,
    partitionKey: { name: listing.partitionKey, type: AttributeType.STRING },
    sortKey: { name: listing.sortKey, type: AttributeType.STRING },
    projectionType: ProjectionType[listing.projection],
  });

  new Bucket(stack, 'Files', {
    bucketName: names.bucket,
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    removalPolicy: RemovalPolicy.RETAIN,
    // docs/data.md says what each is for. What no rule expires is kept: documents of ours, and what was signed.
    lifecycleRules: [
      {
        id: 'every-file',
        abortIncompleteMultipartUploadAfter: Duration.days(1),
        noncurrentVersionExpiration: Duration.days(90),
        // What an expired file leaves behind, once no version of it is left.
        expiredObjectDeleteMarker: true,
      },
      {
        // As they came in, with whatever a provider wrote into them: no longer than it takes to mend and replay.
        id: 'quarantined-bodies',
        prefix: 'quarantine/',
        expiration: Duration.days(30),
        noncurrentVersionExpiration: Duration.days(1),
      },
    ],
  });

  for (const connection of deployment.connections) {
    // Without a key nobody gets in: the shape is right, the list is empty. A person puts the real value in; later
    // deployments leave it alone because CloudFormation generates a value only once, as long as the two lines below stay as they are.
    new Secret(stack, `Secret-${connection.id}`, {
      secretName: connection.secret,
      description: `Stagepost: keys of the connection ${connection.id} (${connection.provider})`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ signingKeys: [] }),
        generateStringKey: 'unused',
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
  return stack;
}
