import { HubError } from '../../../domain/errors.ts';
import type { ReadDealResult } from '../../crm-port.ts';
import { isOpportunityId, recordId18 } from '../ids.ts';
import { apiNameOf } from '../mapping.ts';
import { type OpportunityRow, opportunityRow, recycledRow } from '../payloads.ts';
import type { SalesforceSettings } from '../settings.ts';
import type { SalesforceClient } from './client.ts';
import { dealFactsOf } from './deal-facts.ts';
import type { Described, Descriptions } from './descriptions.ts';
import { recordUrl } from './record-url.ts';
import { soqlId } from './soql.ts';

export interface ReadDealParts {
  readonly client: SalesforceClient;
  readonly descriptions: Descriptions;
  readonly settings: SalesforceSettings;
}

/** Read of every opportunity, whatever else is asked for. */
const FIELDS: readonly string[] = [
  'Id',
  'Name',
  'StageName',
  'Amount',
  'CloseDate',
  'AccountId',
  'Account.Name',
  'OwnerId',
  'Owner.Name',
  'Owner.Email',
  'Owner.IsActive',
];
/** Only some orgs have them: several currencies, record types. */
const FIELDS_OF_SOME: readonly string[] = ['CurrencyIsoCode', 'RecordTypeId'];

const CONTACT_ROLES =
  '(SELECT ContactId, Contact.Name, Contact.Email, Role, IsPrimary FROM OpportunityContactRoles ORDER BY CreatedDate, Id)';
const LINE_ITEMS =
  '(SELECT Id, Name, Product2.Name, Quantity, UnitPrice FROM OpportunityLineItems ORDER BY CreatedDate, Id)';

/**
 * The opportunity with account, owner, contact roles and line items, in one request; two when it is not there, to tell
 * the recycle bin from what was never known. One more for the description of the fields, every five minutes. Fields that
 * the org does not have are left out.
 */
export async function readDeal(
  parts: ReadDealParts,
  recordId: string,
  properties: readonly string[],
): Promise<ReadDealResult> {
  const id = recordId18(recordId);
  if (id === undefined || !isOpportunityId(id)) return { found: false, why: 'unknown' };
  const { client, settings } = parts;
  return await parts.descriptions.use('Opportunity', async (described) => {
    const wanted = fieldsFor(properties, described);
    const [row] = await client.query(opportunityRow, selectDeal(id, wanted, described));
    if (row === undefined) return await whereIsIt(client, id);
    const deal = dealFactsOf({
      row,
      properties: propertiesOf(row, wanted),
      currency: settings.currency,
      recordTypes: settings.recordTypes,
      url: recordUrl(settings.instanceUrl, id),
    });
    return { found: true, deal };
  });
}

/** Names as they were asked for, each with the name of the org's field; without those that the org does not have. */
function fieldsFor(properties: readonly string[], described: Described): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const property of properties) {
    const field = described.field(apiNameOf(property) ?? property);
    if (field !== undefined) fields.set(property, field.name);
  }
  return fields;
}

/** Field names come from the org's own description, so that none of them can hold anything but a name. */
function selectDeal(id: string, wanted: ReadonlyMap<string, string>, described: Described): string {
  const some = FIELDS_OF_SOME.filter((name) => described.field(name) !== undefined);
  const fields = new Set([...FIELDS, ...some]);
  const known = new Set([...fields].map((name) => name.toLowerCase()));
  for (const name of wanted.values()) {
    // SOQL refuses a field that is selected twice.
    if (!known.has(name.toLowerCase())) fields.add(name);
  }
  // Without products in the org there are no line items to ask for.
  const children = [CONTACT_ROLES, ...(described.hasChildren('OpportunityLineItems') ? [LINE_ITEMS] : [])];
  return `SELECT ${[...fields, ...children].join(', ')} FROM Opportunity WHERE Id = ${soqlId(id)}`;
}

/** Empty fields are left out. */
function propertiesOf(row: OpportunityRow, wanted: ReadonlyMap<string, string>): Record<string, string> {
  const values: Readonly<Record<string, unknown>> = row;
  const properties: Record<string, string> = {};
  for (const [property, name] of wanted) {
    const value = values[name];
    if (typeof value === 'string') properties[property] = value;
  }
  return properties;
}

async function whereIsIt(client: SalesforceClient, id: string): Promise<ReadDealResult> {
  const soql = `SELECT Id, IsDeleted FROM Opportunity WHERE Id = ${soqlId(id)}`;
  const [record] = await client.queryAll(recycledRow, soql);
  if (record === undefined) return { found: false, why: 'unknown' };
  if (record.IsDeleted) return { found: false, why: 'deleted' };
  throw new HubError('crm.unavailable', 'the opportunity came back while it was looked for; it is read again', {
    retry: { afterMs: 1_000 },
    context: { recordId: id },
  });
}
