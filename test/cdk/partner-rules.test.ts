import { describe, expect, it } from 'vitest';
import { partnerEventSourcesOf } from '../../src/config/connections.ts';
import { salesforceSettings } from '../../src/crm/salesforce/settings.ts';
import type { ConnectionPolicy } from '../../src/domain/policies.ts';
import { createTemplates, idOf, resourcesOf, TEST_DEPLOYMENT } from './templates.ts';

const ONE = 'aws.partner/salesforce.com/00D5g000004XyZaEAK/0YL5g0000000ChnGAE';
const TWO = 'aws.partner/salesforce.com/00D5g000004XyZbEAK/0YL5g0000000ChoGAE';
const { app } = createTemplates({ deployment: { ...TEST_DEPLOYMENT, partnerEventSources: [ONE, TWO] } });

interface QueuePolicy {
  readonly Queues: unknown;
  readonly PolicyDocument: { readonly Statement: readonly { readonly Effect: string; readonly Sid?: string }[] };
}

const queueId = (name: string) => idOf(app, 'AWS::SQS::Queue', 'QueueName', `stagepost-test-${name}`);
const rules = resourcesOf(app, 'AWS::Events::Rule').filter(
  ([, { Properties }]) => Properties.Name === 'stagepost-test-partner-events',
);

/** What the policy of a queue allows besides the rules of the hub's own bus. */
function allowedOn(name: string): unknown[] {
  const policies = resourcesOf(app, 'AWS::SQS::QueuePolicy')
    .map(([, { Properties }]) => Properties as unknown as QueuePolicy)
    .filter(({ Queues }) => JSON.stringify(Queues) === JSON.stringify([{ Ref: queueId(name) }]));
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(({ Effect, Sid }) => Effect === 'Allow' && Sid !== 'LetRuleIn');
}

describe('a partner event source', () => {
  it('has its events put into the inbox, as they are, by a rule on its own bus', () => {
    expect(rules.map(([, { Properties }]) => Properties)).toMatchObject(
      [ONE, TWO].map((source) => ({
        Name: 'stagepost-test-partner-events',
        Description: 'Stagepost: feeds the queue inbox',
        EventBusName: source,
        EventPattern: { source: [source] },
        State: 'ENABLED',
        Targets: [
          {
            Id: 'queue',
            Arn: { 'Fn::GetAtt': [queueId('inbox'), 'Arn'] },
            RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queueId('bus-dead'), 'Arn'] } },
          },
        ],
      })),
    );
  });

  it.each(['inbox', 'bus-dead'])('may send to %s, by its rule alone', (name) => {
    expect(allowedOn(name)).toEqual(
      rules.map(([ruleId]) => ({
        Sid: expect.stringMatching(/^LetIn[A-Za-z0-9]+$/),
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
        Resource: { 'Fn::GetAtt': [queueId(name), 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [ruleId, 'Arn'] } } },
      })),
    );
  });

  it('keeps its rule when another one is added before it', () => {
    const alone = createTemplates({ deployment: { ...TEST_DEPLOYMENT, partnerEventSources: [TWO] } }).app;
    expect(idOf(alone, 'AWS::Events::Rule', 'EventBusName', TWO)).toBe(
      idOf(app, 'AWS::Events::Rule', 'EventBusName', TWO),
    );
  });

  it('that nobody reads is refused', () => {
    const deployment = { ...TEST_DEPLOYMENT, partnerEventSources: ['acme.example/events'] };
    expect(() => createTemplates({ deployment })).toThrow(
      'No rule of src/topology.ts reads the partner event source "acme.example/events".',
    );
  });
});

describe('the setting', () => {
  const connection = (id: string, settings: Record<string, unknown>): ConnectionPolicy => ({
    id,
    provider: 'salesforce',
    role: 'crm',
    mode: 'observe',
    effectsFromMs: 0,
    settings: { orgId: '00D5g000004XyZaEAK', instanceUrl: 'https://acme.my.salesforce.com', ...settings },
  });

  it('is taken from every connection that has it, once', () => {
    const connections = [
      connection('a', { eventSource: ONE }),
      connection('b', {}),
      connection('c', { eventSource: ONE }),
      connection('d', { eventSource: TWO }),
      { ...connection('e', {}), provider: 'nobody' },
    ];
    expect(partnerEventSourcesOf(connections)).toEqual([ONE, TWO]);
  });

  it.each([
    'aws.partner/salesforce.com/00D5g000004XyZaEAK',
    'salesforce.com/00D5g000004XyZaEAK/0YL5g0000000ChnGAE',
    `${ONE}*`,
    '',
  ])('refuses %j', (eventSource) => {
    const result = salesforceSettings.settings.safeParse(connection('a', { eventSource }).settings);
    expect(result.error?.issues[0]?.message).toContain('aws.partner/salesforce.com/<org id>/<channel id>');
  });
});
