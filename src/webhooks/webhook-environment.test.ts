import { describe, expect, it } from 'vitest';
import { readConnectionsVariable, readWebhookEnvironment } from './webhook-environment.ts';

describe('readWebhookEnvironment', () => {
  const variables = {
    PUBLIC_URL: 'https://hub.example.com',
    QUEUE_URL_INBOX: 'https://sqs.example/1/inbox',
    QUEUE_URL_INBOX_HINTS: 'https://sqs.example/1/inbox-hints',
    CONNECTIONS: '[{"id":"crm-main","provider":"somecrm","secret":"stagepost/crm-main","mode":"live"}]',
  };

  it('gives the address, the inbox and the connections', () => {
    expect(readWebhookEnvironment(variables)).toEqual({
      publicUrl: 'https://hub.example.com',
      inboxUrl: 'https://sqs.example/1/inbox',
      hintsUrl: 'https://sqs.example/1/inbox-hints',
      connections: [{ id: 'crm-main', provider: 'somecrm', secret: 'stagepost/crm-main' }],
    });
  });

  it.each(['PUBLIC_URL', 'QUEUE_URL_INBOX', 'QUEUE_URL_INBOX_HINTS', 'CONNECTIONS'])(
    'names the variable %s when it is not set',
    (name) => {
      expect(() => readWebhookEnvironment({ ...variables, [name]: undefined })).toThrow(
        expect.objectContaining({
          code: 'environment.missing',
          message: expect.stringContaining(`the environment variable ${name} is not set`),
        }),
      );
    },
  );

  it.each([
    ['{', 'CONNECTIONS is not JSON'],
    ['{}', 'CONNECTIONS is not an array'],
    ['[null]', 'entry 1 of CONNECTIONS is not complete'],
    ['[{"id":"a","provider":"b","secret":""}]', 'entry 1 of CONNECTIONS is not complete'],
    ['[{"id":"a","provider":"b","secret":"c"},{"id":7}]', 'entry 2 of CONNECTIONS is not complete'],
  ])('says what is wrong with %s', (text, message) => {
    expect(() => readConnectionsVariable(text)).toThrow(
      expect.objectContaining({ code: 'environment.missing', message: expect.stringContaining(message) }),
    );
  });
});
