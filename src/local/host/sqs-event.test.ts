import { describe, expect, it } from 'vitest';
import type { CloudMessage } from '../cloud/cloud-queue.ts';
import { succeededMessages } from './sqs-event.ts';

const message = (messageId: string): CloudMessage => ({
  messageId,
  receiptHandle: `r-${messageId}`,
  body: '{}',
  md5OfBody: '',
  receiveCount: 1,
  sentAtMs: 0,
  firstReceivedAtMs: 0,
});
const messages = [message('a'), message('b'), message('c')];

describe('the messages that an answer lets go', () => {
  it.each([
    ['nothing', undefined, ['a', 'b', 'c']],
    ['null', null, ['a', 'b', 'c']],
    ['an object without failures', {}, ['a', 'b', 'c']],
    ['an empty list', { batchItemFailures: [] }, ['a', 'b', 'c']],
    ['no list', { batchItemFailures: null }, ['a', 'b', 'c']],
    ['one failure', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['a', 'c']],
    ['a failure named twice', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }] }, ['a', 'c']],
    ['an unknown message', { batchItemFailures: [{ itemIdentifier: 'x' }] }, []],
    ['a failure without a name', { batchItemFailures: [{}] }, []],
    ['an empty name', { batchItemFailures: [{ itemIdentifier: '' }] }, []],
    ['a list of something else', { batchItemFailures: ['b'] }, []],
    ['failures that are no list', { batchItemFailures: 'b' }, []],
  ])('with %s', (_name, answer, expected) => {
    expect(succeededMessages(messages, answer).map(({ messageId }) => messageId)).toEqual(expected);
  });
});
