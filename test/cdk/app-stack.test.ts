import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createTopology } from '../../src/topology.ts';
import { createTemplates, idOf, resourcesOf, TEST_DEPLOYMENT } from './templates.ts';

const topology = createTopology(['crm-one', 'crm-two']);
const { app, data } = createTemplates({ topology });
const queueArn = (name: string) => ({
  'Fn::GetAtt': [idOf(app, 'AWS::SQS::Queue', 'QueueName', `stagepost-test-${name}`), 'Arn'],
});
const functionId = (name: string) => idOf(app, 'AWS::Lambda::Function', 'FunctionName', `stagepost-test-${name}`);

describe('the functions', () => {
  it('are the six of the topology, on Node 24 and arm64', () => {
    const functions = resourcesOf(app, 'AWS::Lambda::Function').map(([, fn]) => fn.Properties);
    expect(functions.map((fn) => fn.FunctionName)).toEqual([
      'stagepost-test-webhooks',
      'stagepost-test-record',
      'stagepost-test-send-contract',
      'stagepost-test-start-onboarding',
      'stagepost-test-write-back',
      'stagepost-test-reconcile',
    ]);
    for (const fn of functions) {
      expect(fn).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    }
  });

  it.each([
    ['webhooks', 10, 512],
    ['record', 30, 512],
    ['send-contract', 60, 1024],
    ['reconcile', 60, 1024],
  ])('%s may run for %i s with %i MB', (name, seconds, megabytes) => {
    app.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: `stagepost-test-${name}`,
      Timeout: seconds,
      MemorySize: megabytes,
    });
  });

  it.each([
    ['webhooks', ['CONNECTIONS', 'FUNCTION_TIMEOUT_SECONDS', 'PUBLIC_URL', 'QUEUE_URL_INBOX', 'QUEUE_URL_INBOX_HINTS']],
    [
      'record',
      [
        'BUCKET_NAME',
        'BUS_NAME',
        'CONNECTIONS',
        'FUNCTION_TIMEOUT_SECONDS',
        'PUBLIC_URL',
        'QUEUE_URL_INBOX',
        'QUEUE_URL_INBOX_HINTS',
        'QUEUE_URL_STAGEPOST_TEST_INBOX',
        'QUEUE_URL_STAGEPOST_TEST_INBOX_HINTS',
        'TABLE_NAME',
      ],
    ],
    [
      'start-onboarding',
      [
        'BUS_NAME',
        'CONNECTIONS',
        'FUNCTION_TIMEOUT_SECONDS',
        'PUBLIC_URL',
        'QUEUE_URL_INBOX',
        'QUEUE_URL_STAGEPOST_TEST_START_ONBOARDING_CRM_ONE',
        'QUEUE_URL_STAGEPOST_TEST_START_ONBOARDING_CRM_TWO',
        'QUEUE_URL_START_ONBOARDING_CRM_ONE',
        'QUEUE_URL_START_ONBOARDING_CRM_TWO',
        'TABLE_NAME',
      ],
    ],
    [
      'reconcile',
      [
        'BUS_NAME',
        'CONNECTIONS',
        'FUNCTION_TIMEOUT_SECONDS',
        'PUBLIC_URL',
        'QUEUE_URL_INBOX',
        'QUEUE_URL_REFRESH_CRM_ONE',
        'QUEUE_URL_REFRESH_CRM_TWO',
        'QUEUE_URL_SEND_CONTRACT_CRM_ONE',
        'QUEUE_URL_SEND_CONTRACT_CRM_TWO',
        'QUEUE_URL_STAGEPOST_TEST_REFRESH_CRM_ONE',
        'QUEUE_URL_STAGEPOST_TEST_REFRESH_CRM_TWO',
        'QUEUE_URL_START_ONBOARDING_CRM_ONE',
        'QUEUE_URL_START_ONBOARDING_CRM_TWO',
        'QUEUE_URL_WRITE_BACK_CRM_ONE',
        'QUEUE_URL_WRITE_BACK_CRM_TWO',
        'TABLE_NAME',
      ],
    ],
  ])('%s finds every variable it reads', (name, expected) => {
    const fn = app.findResources('AWS::Lambda::Function')[functionId(name)];
    expect(Object.keys(fn?.Properties.Environment.Variables).sort()).toEqual(expected);
  });

  it('are told names that the data stack really gives, the public address and the connections without any secret', () => {
    app.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'stagepost-test-record',
      Environment: {
        Variables: {
          TABLE_NAME: 'stagepost-test',
          BUS_NAME: 'stagepost-test',
          PUBLIC_URL: 'https://hooks.example.com',
          FUNCTION_TIMEOUT_SECONDS: '30',
          CONNECTIONS:
            '[{"id":"crm-main","provider":"crm-one","secret":"stagepost/crm-main"},{"id":"sign-main","provider":"sign-one","secret":"stagepost/sign-main"}]',
          QUEUE_URL_INBOX: { Ref: idOf(app, 'AWS::SQS::Queue', 'QueueName', 'stagepost-test-inbox') },
        },
      },
    });
    const bucketName = resourcesOf(data, 'AWS::S3::Bucket')[0]?.[1].Properties.BucketName;
    app.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'stagepost-test-record',
      Environment: { Variables: { BUCKET_NAME: bucketName } },
    });
  });

  it('take the address of the HTTP API when the deployment has none of its own', () => {
    const { app: without } = createTemplates({ deployment: { ...TEST_DEPLOYMENT, publicUrl: undefined } });
    const [apiId] = resourcesOf(without, 'AWS::ApiGatewayV2::Api')[0] ?? [];
    without.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'stagepost-test-webhooks',
      Environment: { Variables: { PUBLIC_URL: { 'Fn::GetAtt': [apiId, 'ApiEndpoint'] } } },
    });
  });

  it('write to a log that is kept for 30 days', () => {
    for (const name of topology.functions.map((fn) => fn.name)) {
      app.hasResourceProperties('AWS::Logs::LogGroup', {
        LogGroupName: `/aws/lambda/stagepost-test-${name}`,
        RetentionInDays: 30,
      });
    }
    for (const [, log] of resourcesOf(app, 'AWS::Logs::LogGroup')) expect(log.Properties.RetentionInDays).toBe(30);
  });
});

describe('the queue triggers', () => {
  it('let a function find the URL of a queue by the name that is in the ARN of its messages', () => {
    app.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'stagepost-test-record',
      Environment: {
        Variables: {
          QUEUE_URL_STAGEPOST_TEST_INBOX: { Ref: idOf(app, 'AWS::SQS::Queue', 'QueueName', 'stagepost-test-inbox') },
        },
      },
    });
  });

  it('report single messages as failed and limit how many run at once', () => {
    const mappings = resourcesOf(app, 'AWS::Lambda::EventSourceMapping').map(([, mapping]) => mapping.Properties);
    const job = (name: string, fn: string) => ({
      EventSourceArn: queueArn(name),
      FunctionName: { Ref: functionId(fn) },
      BatchSize: 5,
      MaximumBatchingWindowInSeconds: 0,
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(mappings.map(({ Tags: _, ...rest }) => rest)).toEqual([
      {
        ...job('inbox', 'record'),
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 10 },
      },
      {
        ...job('inbox-hints', 'record'),
        BatchSize: 10,
        ScalingConfig: { MaximumConcurrency: 2 },
      },
      job('send-contract-crm-one', 'send-contract'),
      job('send-contract-crm-two', 'send-contract'),
      job('start-onboarding-crm-one', 'start-onboarding'),
      job('start-onboarding-crm-two', 'start-onboarding'),
      job('write-back-crm-one', 'write-back'),
      job('write-back-crm-two', 'write-back'),
      job('refresh-crm-one', 'reconcile'),
      job('refresh-crm-two', 'reconcile'),
    ]);
  });
});

describe('the bus', () => {
  it.each([
    ['send-contract-crm-one', 'contract', 'crm-one'],
    ['start-onboarding-crm-one', 'plans', 'crm-one'],
    ['write-back-crm-two', 'writes', 'crm-two'],
    ['refresh-crm-two', 'refresh', 'crm-two'],
  ])(
    'has the rule %s: it wants "%s" of %s, retries for a day and then uses the dead-letter queue',
    (name, want, crm) => {
      app.hasResourceProperties('AWS::Events::Rule', {
        Name: `stagepost-test-${name}`,
        EventPattern: { detail: { wants: [want], crm: [crm] } },
        State: 'ENABLED',
        Targets: [
          {
            Id: 'queue',
            Arn: queueArn(name),
            RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
            DeadLetterConfig: { Arn: queueArn('bus-dead') },
          },
        ],
      });
    },
  );

  it('has eight rules for four jobs and two providers, all on the bus of the hub', () => {
    const rules = resourcesOf(app, 'AWS::Events::Rule');
    const [busId] = resourcesOf(app, 'AWS::Events::EventBus')[0] ?? [];
    expect(rules).toHaveLength(8);
    for (const [, rule] of rules) expect(rule.Properties.EventBusName).toEqual({ Ref: busId });
  });
});

describe('the schedules', () => {
  it.each([
    ['catch-up', 'rate(5 minutes)', '{"job":"catch-up"}'],
    ['full-sweep', 'rate(1440 minutes)', '{"job":"full-sweep"}'],
  ])('%s wakes reconcile at %s', (name, expression, input) => {
    app.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: name,
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': [functionId('reconcile'), 'Arn'] }, Input: input },
    });
  });

  it('do not run an old firing a second time', () => {
    app.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 300,
    });
  });
});

describe('the HTTP API', () => {
  it('has one route and leads it to the webhooks function with the payload format 2.0', () => {
    const routes = resourcesOf(app, 'AWS::ApiGatewayV2::Route').map(([, route]) => route.Properties.RouteKey);
    expect(routes).toEqual(['POST /webhooks/{provider}/{connectionId}']);
    app.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      IntegrationUri: { 'Fn::GetAtt': [functionId('webhooks'), 'Arn'] },
    });
  });

  it('is throttled and logs neither path, query nor header', () => {
    const [stage] = resourcesOf(app, 'AWS::ApiGatewayV2::Stage');
    expect(stage?.[1].Properties.DefaultRouteSettings).toEqual({
      ThrottlingBurstLimit: 1000,
      ThrottlingRateLimit: 500,
    });
    const settings = stage?.[1].Properties.AccessLogSettings as { Format: string } | undefined;
    expect(Object.values(JSON.parse(settings?.Format ?? '{}')).sort()).toEqual([
      '$context.integration.integrationStatus',
      '$context.requestId',
      '$context.responseLatency',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

describe('the alarms', () => {
  it('may publish to the topic although it refuses everything without TLS', () => {
    app.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
  });
});

describe('the two stacks', () => {
  it('do not lock each other: neither exports a value and the app imports none', () => {
    expect(Object.values(data.toJSON().Outputs ?? {})).toEqual([]);
    expect(JSON.stringify(app.toJSON())).not.toContain('Fn::ImportValue');
  });
});
