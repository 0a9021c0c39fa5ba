import { HubError } from '../../../domain/errors.ts';
import { isOpportunityId, recordId18 } from '../ids.ts';

/** The id with 18 characters. Throws HubError `crm.not-found` for what cannot be an opportunity. */
export function opportunityId(recordId: string): string {
  const id = recordId18(recordId);
  if (id !== undefined && isOpportunityId(id)) return id;
  throw noSuchOpportunity(recordId);
}

export function noSuchOpportunity(recordId: string): HubError {
  return new HubError('crm.not-found', `Salesforce has no opportunity ${recordId.slice(0, 40)}`, { retry: 'never' });
}
