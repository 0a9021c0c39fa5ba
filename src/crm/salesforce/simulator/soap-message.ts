import type { FieldDefinition } from './field-types.ts';
import { zuluTime } from './times.ts';
import type { Fields, FieldValue } from './values.ts';

export interface Notification {
  readonly id: string;
  /** Undefined: the record is gone. */
  readonly fields: Fields | undefined;
}

export interface SoapMessage {
  readonly orgId: string;
  readonly actionId: string;
  /** Address of the org. */
  readonly url: string;
  readonly object: string;
  /** What the admin chose, in the order of the message. */
  readonly chosen: readonly FieldDefinition[];
  readonly deleted: 'no-object' | 'empty-object';
  readonly notifications: readonly Notification[];
}

const NUMBERS = ['double', 'currency', 'percent'];
/** Of the WSDL that was generated when the admin made the action. */
const API_VERSION = '66.0';

/**
 * The SOAP request of an outbound message: namespaces and order of the elements as Salesforce's "Understanding the
 * Outbound Messaging WSDL" and recorded requests in the test resources of ASP.NET WebHooks have them.
 */
export function soapMessage(message: SoapMessage): string {
  const { orgId, actionId, url, object, chosen, deleted, notifications } = message;
  const endpoint = (kind: 'c' | 'u') => `${url}/services/Soap/${kind}/${API_VERSION}/${orgId.slice(0, 15)}`;
  const body = notifications.map(({ id, fields }) => {
    const open = `<sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"`;
    const empty = deleted === 'empty-object' ? `   ${open}/>\n` : '';
    const content = fields === undefined ? empty : `   ${open}>\n${elements(chosen, fields)}   </sObject>\n`;
    return `  <Notification>\n   <Id>${escapeXml(id)}</Id>\n${content}  </Notification>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${escapeXml(orgId)}</OrganizationId>
   <ActionId>${escapeXml(actionId)}</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>${escapeXml(endpoint('c'))}</EnterpriseUrl>
   <PartnerUrl>${escapeXml(endpoint('u'))}</PartnerUrl>
${body.join('')}  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
}

/** Empty fields are left out. */
function elements(chosen: readonly FieldDefinition[], fields: Fields): string {
  return chosen
    .flatMap(({ name, type }) => {
      const value = fields[name] ?? null;
      return value === null ? [] : [`    <sf:${name}>${escapeXml(textOf(type, value))}</sf:${name}>\n`];
    })
    .join('');
}

function textOf(type: string, value: NonNullable<FieldValue>): string {
  if (type === 'datetime') return zuluTime(String(value));
  return NUMBERS.includes(type) && Number.isInteger(value) ? `${value}.0` : String(value);
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
