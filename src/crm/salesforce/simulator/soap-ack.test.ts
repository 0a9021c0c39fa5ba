import { expect, test } from 'vitest';
import { isAcknowledgement } from './soap-ack.ts';
import { ACK } from './test-receiver.ts';

test.each([
  ['the plain form', ACK],
  ['a declaration and spaces', `<?xml version="1.0"?>\n${ACK.replace('true', ' true ')}`],
  [
    'other prefixes',
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:o="http://soap.sforce.com/2005/09/outbound"><s:Header/><s:Body><o:notificationsResponse><o:Ack>true</o:Ack></o:notificationsResponse></s:Body></s:Envelope>',
  ],
])('takes %s for a yes', (_, body) => {
  expect(isAcknowledgement(body)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['a word', 'true'],
  ['a no', ACK.replace('true', 'false')],
  ['no Ack', ACK.replace('<Ack>true</Ack>', '')],
  [
    'a foreign envelope',
    ACK.replace('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'),
  ],
  ['a response without its namespace', ACK.replace(' xmlns="http://soap.sforce.com/2005/09/outbound"', '')],
  ['JSON', '{"Ack":true}'],
  [
    'a fault',
    ACK.replace(
      /<notificationsResponse.*<\/notificationsResponse>/,
      '<soapenv:Fault><faultcode>soapenv:Client</faultcode></soapenv:Fault>',
    ),
  ],
])('takes %s for a no', (_, body) => {
  expect(isAcknowledgement(body)).toBe(false);
});
