import { describe, expect, it } from 'vitest';
import { appInDanger } from '../../cdk/check-app.ts';
import type { Deployment } from '../../cdk/deployment.ts';
import { createTemplates, TEST_DEPLOYMENT } from './templates.ts';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d';
const domain = { name: 'hooks.example.com', certificateArn: CERTIFICATE };
const mutual = { ...domain, truststore: { bucket: 'acme-trust', key: 'callers.pem' } };
const email = 'on-call@example.com';
const slack = { workspaceId: 'T0123ABCD', channelId: 'C0456EFGH' };

const templateOf = (change: Partial<Deployment>) =>
  createTemplates({ deployment: { ...TEST_DEPLOYMENT, ...change } }).app.toJSON();

const plain = templateOf({});
const everything = templateOf({ domain: mutual, alarms: { email, slack } });

describe('a deployment in which a variable is missing that was set before', () => {
  it('is told everything that would go', () => {
    expect(appInDanger(everything, plain)).toEqual([
      'The domain hooks.example.com would be taken away, and what providers send there would get nowhere. Set STAGEPOST_DOMAIN and STAGEPOST_CERTIFICATE_ARN as before, or say that it is meant: npm run deploy -- --let-go domain',
      'Callers would not be asked for a certificate any more. Set STAGEPOST_MTLS_TRUSTSTORE as before, or say that it is meant: npm run deploy -- --let-go mtls',
      'on-call@example.com would get no mail about alarms any more. Set STAGEPOST_ALARM_EMAIL as before, or say that it is meant: npm run deploy -- --let-go alarm-email',
      'Alarms would not be shown in the channel T0123ABCD/C0456EFGH any more. Set STAGEPOST_ALARM_SLACK as before, or say that it is meant: npm run deploy -- --let-go alarm-slack',
    ]);
  });

  it.each([
    ['domain', ['STAGEPOST_MTLS_TRUSTSTORE', 'STAGEPOST_ALARM_EMAIL', 'STAGEPOST_ALARM_SLACK']],
    ['mtls', ['STAGEPOST_DOMAIN', 'STAGEPOST_ALARM_EMAIL', 'STAGEPOST_ALARM_SLACK']],
    ['alarm-email', ['STAGEPOST_DOMAIN', 'STAGEPOST_MTLS_TRUSTSTORE', 'STAGEPOST_ALARM_SLACK']],
    ['alarm-slack', ['STAGEPOST_DOMAIN', 'STAGEPOST_MTLS_TRUSTSTORE', 'STAGEPOST_ALARM_EMAIL']],
  ])('may let go %s, and only that', (name, left) => {
    const named = appInDanger(everything, plain, [name]).map((each) => /Set (\w+)/.exec(each)?.[1]);
    expect(named).toEqual(left);
  });

  it('keeps the domain and is told that only the truststore is missing', () => {
    const sentences = appInDanger(templateOf({ domain: mutual }), templateOf({ domain }));
    expect(sentences).toHaveLength(1);
    expect(sentences[0]).toContain('STAGEPOST_MTLS_TRUSTSTORE');
  });

  it('is told of another domain', () => {
    const other = templateOf({ domain: { ...domain, name: 'hub.example.com' } });
    expect(appInDanger(templateOf({ domain }), other)).toEqual([
      'The domain would be hub.example.com and not hooks.example.com any more, and what providers send to hooks.example.com would get nowhere. Set STAGEPOST_DOMAIN as before, or say that it is meant: npm run deploy -- --let-go domain',
    ]);
    expect(appInDanger(templateOf({ domain }), other, ['domain'])).toEqual([]);
  });
});

describe('nothing of the app stack is in danger', () => {
  it.each([
    ['when nothing is deployed yet', undefined, plain],
    ['when it stays as it is', everything, everything],
    ['when something is added', plain, everything],
    [
      'when others hear the alarms',
      everything,
      templateOf({
        domain: mutual,
        alarms: { email: 'new@example.com', slack: { workspaceId: 'T0123ABCD', channelId: 'C0999' } },
      }),
    ],
  ])('%s', (_, deployed, wanted) => {
    expect(appInDanger(deployed, wanted)).toEqual([]);
  });
});
