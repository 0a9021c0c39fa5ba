/**
 * What CloudFormation does when a property changes, written down by hand from the template reference (the pages are
 * named after the types). On purpose not taken from the check that deployments run: this is what it is compared with.
 */
export interface UpdateBehaviour {
  /** What a person loses with the resource. */
  readonly holds: string;
  /** "Update requires: Replacement": another value makes a new resource, and the old one goes or is left behind. */
  readonly replacing: readonly string[];
  /** Changed in place, and nothing is lost by it. A property in neither list has to be looked at by a person. */
  readonly harmless: readonly string[];
}

export const UPDATE_BEHAVIOUR: Readonly<Record<string, UpdateBehaviour>> = {
  'AWS::DynamoDB::Table': {
    holds: 'the deals',
    replacing: ['ImportSourceSpecification', 'KeySchema', 'LocalSecondaryIndexes', 'TableName'],
    harmless: ['ContributorInsightsSpecification', 'OnDemandThroughput', 'TableClass', 'WarmThroughput'],
  },
  'AWS::S3::Bucket': {
    holds: 'the files',
    replacing: ['BucketName', 'BucketNamePrefix', 'BucketNamespace', 'ObjectLockEnabled'],
    harmless: ['BucketEncryption', 'LoggingConfiguration', 'MetricsConfigurations', 'OwnershipControls'],
  },
  'AWS::SecretsManager::Secret': { holds: 'the keys', replacing: ['Name'], harmless: ['Description'] },
  'AWS::SQS::Queue': {
    holds: 'the messages that wait in it',
    replacing: ['FifoQueue', 'QueueName'],
    harmless: ['ReceiveMessageWaitTimeSeconds', 'RedriveAllowPolicy', 'VisibilityTimeout'],
  },
  'AWS::Events::EventBus': {
    holds: 'the events that are being tried again',
    replacing: ['EventSourceName', 'Name'],
    harmless: ['Description', 'LogConfig'],
  },
  'AWS::Events::Rule': {
    holds: 'the events that are being tried again',
    replacing: ['EventBusName', 'Name'],
    harmless: ['Description'],
  },
  'AWS::Events::Archive': {
    holds: 'the events that can be replayed',
    replacing: ['ArchiveName', 'SourceArn'],
    harmless: ['Description'],
  },
  'AWS::ApiGatewayV2::Api': {
    holds: 'the address that providers were told',
    replacing: ['ProtocolType'],
    harmless: ['CorsConfiguration', 'Description', 'Name'],
  },
  'AWS::ApiGatewayV2::Stage': {
    holds: 'a part of the address that providers were told',
    replacing: ['ApiId', 'StageName'],
    harmless: ['AccessLogSettings', 'AutoDeploy', 'DefaultRouteSettings', 'Description', 'RouteSettings'],
  },
  'AWS::ApiGatewayV2::Route': {
    holds: 'a part of the address that providers were told',
    replacing: ['ApiId'],
    harmless: ['OperationName', 'Target'],
  },
  'AWS::ApiGatewayV2::DomainName': {
    holds: 'the address that providers were told',
    replacing: ['DomainName'],
    harmless: ['DomainNameConfigurations'],
  },
};
