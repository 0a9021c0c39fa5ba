import { describe, expect, it } from 'vitest';
import type { AwsCall } from '../bench/flow/aws-tap.ts';
import type { Activity, Invocation } from './activity.ts';
import { chunks, gbSeconds, tally } from './tally.ts';

describe('what is billed in steps', () => {
  it.each([
    [0, 1],
    [1, 1],
    [65_536, 1],
    [65_537, 2],
    [262_144, 4],
  ])('counts %d bytes as %d chunks of 64 KB', (bytes, expected) => {
    expect(chunks(bytes, 65_536)).toBe(expected);
  });

  it.each([
    [1000, 1024, 1],
    [0.2, 1024, 0.001],
    [2.1, 512, 0.0015],
  ])('counts %d ms of %d MB as %d GB-seconds', (ms, memoryMb, expected) => {
    expect(gbSeconds(ms, memoryMb)).toBeCloseTo(expected, 12);
  });
});

function call(functionName: string, service: AwsCall['service'], operation: string, more: Partial<AwsCall>): AwsCall {
  const none = { messageId: undefined, input: {}, readUnits: 0, writeUnits: 0, listingWriteUnits: 0 };
  return { functionName, service, operation, ...none, ...more };
}

function invocation(functionName: string, more: Partial<Invocation>): Invocation {
  const none = { deletes: false, providerCalls: 0, logLines: 0, logBytes: 0, received: [] };
  return { functionName, memoryMb: 1024, trigger: 'queue', ms: 10, ...none, ...more };
}

/** One webhook, recorded, and one worker that it wakes; a schedule besides. */
const ACTIVITY: Activity = {
  calls: [
    call('webhooks', 'secretsmanager', 'GetSecretValue', {}),
    call('webhooks', 'sqs', 'SendMessage', { input: { MessageBody: 'x'.repeat(70_000) } }),
    call('record', 'dynamodb', 'GetItem', {
      input: { Key: { pk: { S: 'DEAL#1' }, sk: { S: 'STATE' } } },
      readUnits: 1,
    }),
    call('record', 'dynamodb', 'PutItem', {
      input: { Item: { pk: { S: 'DEAL#1' }, sk: { S: 'STATE' }, d: { S: 'x'.repeat(887) } } },
      writeUnits: 3,
      listingWriteUnits: 2,
    }),
    call('record', 'eventbridge', 'PutEvents', {
      input: { Entries: [{ Source: 's', DetailType: 't', Detail: 'x'.repeat(65_535) }, { Source: 's' }] },
    }),
    call('write-back', 's3', 'PUT', {}),
    call('write-back', 's3', 'GET', {}),
  ],
  invocations: [
    invocation('webhooks', { trigger: 'http', memoryMb: 512, ms: 3.2, received: [{ bytes: 600_000 }] }),
    invocation('record', { memoryMb: 512, received: [{ bytes: 70_000 }], deletes: true, logLines: 1, logBytes: 107 }),
    invocation('write-back', {
      ms: 100,
      received: [
        { bytes: 900, from: 'bus' },
        { bytes: 900, from: 'partner' },
      ],
      providerCalls: 2,
    }),
    invocation('reconcile', { trigger: 'schedule' }),
  ],
  fileBytes: 1024 ** 3 / 2,
  logged: new Set(['reconcile.done']),
  isCold: false,
};

describe('the tally of a small log', () => {
  const { usage, waiting, calls, invocations, providerCalls, tableUnits } = tally(ACTIVITY);

  it('has every request, unit and entry', () => {
    expect(usage).toMatchObject({
      // 600,000 bytes are two steps of 512 KB.
      httpRequest: 2,
      lambdaRequest: 4,
      // The message 2; receiving it 2, deleting 1; two events sent by buses 2, received in one batch 1.
      sqsRequest: 8,
      // 65,537 bytes are two, the small one is one.
      busEntry: 3,
      partnerEvent: 1,
      schedulerInvocation: 1,
      tableWriteUnit: 3,
      tableReadUnit: 1,
      filePut: 1,
      fileGet: 1,
      fileGbMonth: 0.5,
      secretCall: 1,
    });
    // 4 ms and 10 ms of half a GB, 100 ms and 10 ms of one.
    expect(usage.lambdaGbSecond).toBeCloseTo(0.117, 12);
  });

  it('has the bytes that stay and those that are logged', () => {
    // pk DEAL#1 is 8 bytes, sk STATE 7, d 888, and 100 for the item.
    expect((usage.tableGbMonth ?? 0) * 1024 ** 3).toBeCloseTo(1003, 6);
    expect(usage.tableBackupGbMonth).toBe(usage.tableGbMonth);
    // Four invocations of 400 bytes, one access log line of 220, one line of 107 + 93.
    expect((usage.logGb ?? 0) * 1024 ** 3).toBeCloseTo(2020, 6);
  });

  it('says by whom', () => {
    expect(calls).toEqual({
      'dynamodb.GetItem': 1,
      'dynamodb.PutItem': 1,
      'eventbridge.PutEvents': 1,
      's3.GET': 1,
      's3.PUT': 1,
      'secretsmanager.GetSecretValue': 1,
      'sqs.DeleteMessageBatch (poller)': 1,
      'sqs.ReceiveMessage (poller)': 2,
      'sqs.SendMessage': 1,
      'sqs.SendMessage (bus)': 2,
    });
    expect(invocations).toEqual({ reconcile: 1, record: 1, webhooks: 1, 'write-back': 1 });
    expect(tableUnits).toEqual([{ who: 'record STATE', writeUnits: 3, readUnits: 1 }]);
  });

  it('has what waiting for providers costs, and initialising when all is cold', () => {
    expect(providerCalls).toBe(2);
    expect(waiting.lambdaGbSecond).toBeCloseTo(0.4, 12);
    // webhooks 89 ms and record 142 ms of half a GB, write-back 289 + 400 ms and reconcile 289 ms of one.
    expect(tally({ ...ACTIVITY, isCold: true }).waiting.lambdaGbSecond).toBeCloseTo(1.0935, 12);
  });
});
