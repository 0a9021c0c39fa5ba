import { describe, expect, it } from 'vitest';
import { salesforceParser } from './parser.ts';
import { fixture, parse, rejectsOf } from './test-deliveries.ts';

const MOVED = fixture('opportunity-moved-to-procurement.xml');
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('the Salesforce parser', () => {
  it('is of the provider whose partner source it reads', () => {
    expect(salesforceParser.provider).toBe('salesforce');
    expect(salesforceParser.partnerSourcePrefix).toBe('aws.partner/salesforce.com/');
  });

  it.each([
    ['XML with a byte that is no UTF-8', Buffer.concat([Buffer.from(MOVED), Buffer.from([0xff])]), 'xml.broken'],
    ['XML in Latin-1', Buffer.from(MOVED.replace('Acme', 'Größe'), 'latin1'), 'xml.broken'],
    ['XML in UTF-16', Buffer.from(`\ufeff${MOVED}`, 'utf16le'), 'xml.broken'],
    ['XML in UTF-16 without a mark', Buffer.from(MOVED, 'utf16le'), 'xml.broken'],
    ['XML in the other UTF-16', swapped(`\ufeff${MOVED}`), 'xml.broken'],
    ['XML in the other UTF-16 without a mark', swapped(MOVED), 'xml.broken'],
    ['an over-long code', Buffer.from([0x3c, 0xc0, 0xbc]), 'xml.broken'],
    ['JSON with a byte that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'json.broken'],
    ['JSON in UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'json.broken'],
    ['a null byte', Buffer.from([0]), 'json.broken'],
    ['nothing', '', 'json.broken'],
    ['words', 'hello', 'json.broken'],
    ['a form', 'orgId=00D5g000004XyZaEAK&opportunityId=0065g00000BqTcAAAV', 'json.broken'],
  ])('refuses %s', (_what, body, code) => {
    expect(rejectsOf(parse(body))).toEqual([[code, -1]]);
  });

  it('shows no more than 8,000 characters of what it refuses', () => {
    expect(parse(`{"a":"${'x'.repeat(20_000)}`).rejects[0]?.excerpt).toHaveLength(8_000);
  });

  it('takes no change event from whoever knows the secret of a webhook', () => {
    const parsed = parse(fixture('opportunity-deleted.json'), 'salesforce-main');
    expect(rejectsOf(parsed)).toEqual([['event.other-route', 0]]);
    expect(parsed.signals).toEqual([]);
    expect(parsed.reads).toEqual([]);
  });

  it.each(['', '-'])(
    'takes a change event for the connection that its source names when it was delivered to %j',
    (connectionId) => {
      expect(parse(fixture('opportunity-deleted.json'), connectionId).signals.map(({ id }) => id)).toEqual([
        'l/salesforce-main/0065g00000BqTcAAAV/deleted/1795424399000',
      ]);
    },
  );

  it.each(['flow-tells-of-a-changed-opportunity.json', 'opportunity-moved-to-procurement.xml'])(
    'takes no %s from EventBridge',
    (name) => {
      const parsed = parse(fixture(name), '');
      expect(parsed.rejects).toHaveLength(1);
      expect(parsed.reads).toEqual([]);
    },
  );

  it.each(['flow-tells-of-a-changed-opportunity.json', 'opportunity-moved-to-procurement.xml'])(
    'takes no %s from the address of a connection that is not configured any more',
    (name) => {
      const parsed = parse(fixture(name), 'salesforce-gone');
      expect(parsed.rejects.map(({ code }) => code)).toEqual(['account.other']);
      expect(parsed.reads).toEqual([]);
    },
  );

  it('survives a delivery whose body is no base64', () => {
    const delivery = {
      v: 1,
      kind: 'delivery',
      provider: 'salesforce',
      deliveryId: 'd',
      traceId: 't',
      headers: {},
    } as const;
    const parsed = salesforceParser.parse(
      { ...delivery, connectionId: 'salesforce-main', receivedAtMs: 1, bodyBase64: '***' },
      { connections: [], receivedAtMs: 1 },
    );
    expect(rejectsOf(parsed)).toEqual([['json.broken', -1]]);
  });
});
