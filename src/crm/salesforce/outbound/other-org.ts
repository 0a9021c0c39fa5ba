import { HubError } from '../../../domain/errors.ts';
import type { SalesforceSettings } from '../settings.ts';

/** Records of another org would be taken for those of this one: nothing is read or written until somebody looks. */
export function otherOrg(
  connectionId: string,
  settings: Pick<SalesforceSettings, 'orgId' | 'instanceUrl'>,
  found: string,
): HubError {
  return new HubError(
    'crm.settings',
    `connection ${connectionId} names the org ${settings.orgId}, but at ${settings.instanceUrl} answers the org ${found}; correct orgId or instanceUrl`,
    { retry: 'never', context: { connectionId } },
  );
}
