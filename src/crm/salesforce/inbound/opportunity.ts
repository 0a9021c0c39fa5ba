import { isOpportunityId, recordId18 } from '../ids.ts';

export type OpportunityId =
  | { readonly ok: true; readonly recordId: string }
  | { readonly ok: false; readonly code: string; readonly sentence: string };

/**
 * The id of an opportunity with 18 characters. Such ids become part of queries and URLs later: nothing but letters and
 * digits gets through.
 *
 * @param field its name where it stands, for the sentence
 */
export function opportunityIdOf(text: unknown, field: string): OpportunityId {
  if (text === undefined || text === null || (typeof text === 'string' && text.trim() === '')) {
    return {
      ok: false,
      code: 'field.missing',
      sentence: `${field} is missing, so nobody can tell which opportunity is meant`,
    };
  }
  const recordId = typeof text === 'string' ? recordId18(text) : undefined;
  if (recordId !== undefined && isOpportunityId(recordId)) return { ok: true, recordId };
  return {
    ok: false,
    code: 'field.wrong',
    sentence: `${field} must be the id of an opportunity: 15 or 18 letters and digits, first 006`,
  };
}

/** Objects whose records belong to an opportunity and say to which one in `OpportunityId`. */
export const OPPORTUNITY_PARTS: readonly string[] = ['OpportunityContactRole', 'OpportunityLineItem'];
