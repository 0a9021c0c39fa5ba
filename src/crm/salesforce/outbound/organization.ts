import { HubError } from '../../../domain/errors.ts';
import { organizationRow } from '../payloads.ts';
import type { SalesforceSettings } from '../settings.ts';
import type { SalesforceClient } from './client.ts';
import { otherOrg } from './other-org.ts';

/**
 * The id of the org that answers, with 18 characters. One request. Throws HubError `crm.settings` when it is another org
 * than the configuration says.
 */
export async function readOrganization(
  client: SalesforceClient,
  connectionId: string,
  settings: Pick<SalesforceSettings, 'orgId' | 'instanceUrl'>,
): Promise<string> {
  const [org] = await client.query(organizationRow, 'SELECT Id FROM Organization');
  if (org === undefined) {
    throw new HubError('crm.unavailable', 'Salesforce does not tell which org answers; tried again later', {
      retry: { afterMs: 60_000 },
    });
  }
  if (org.Id === settings.orgId) return org.Id;
  throw otherOrg(connectionId, settings, org.Id);
}
