import { describe, expect, it } from 'vitest';
import { deletesSome, readEvent } from './lambda-event.ts';

const envelope = (source: string) => JSON.stringify({ source, 'detail-type': 'deal.stage.changed', detail: {} });

describe('an event of a function', () => {
  it('is a request whose body counts as it was before base64', () => {
    const event = { requestContext: {}, body: 'aGVsbG8=', isBase64Encoded: true };
    expect(readEvent(event)).toEqual({ trigger: 'http', received: [{ bytes: 5 }] });
  });

  it('is a firing of a schedule', () => {
    expect(readEvent({ job: 'catch-up' })).toEqual({ trigger: 'schedule', received: [] });
  });

  it('is a batch that tells which messages a bus sent, each counted once', () => {
    const Records = [
      { body: 'plain' },
      { body: envelope('stagepost'), attributes: { ApproximateReceiveCount: '1' } },
      { body: envelope('stagepost'), attributes: { ApproximateReceiveCount: '2' } },
      { body: envelope('aws.partner/crm/1') },
    ];
    expect(readEvent({ Records })).toEqual({
      trigger: 'queue',
      received: [{ bytes: 5 }, { bytes: 69, from: 'bus' }, { bytes: 69 }, { bytes: 77, from: 'partner' }],
    });
  });
});

it.each([
  [2, undefined, true],
  [2, { batchItemFailures: [{ itemIdentifier: 'a' }] }, true],
  [1, { batchItemFailures: [{ itemIdentifier: 'a' }] }, false],
])('of %d messages answered with %j something is deleted: %s', (messages, answer, expected) => {
  expect(deletesSome(messages, answer)).toBe(expected);
});
