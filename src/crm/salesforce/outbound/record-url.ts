import { isLoopbackUrl } from '../instance-url.ts';

/** The opportunity's page for people; undefined where a simulator has none. */
export function recordUrl(instanceUrl: string, recordId: string): string | undefined {
  return isLoopbackUrl(instanceUrl) ? undefined : `${instanceUrl}/lightning/r/Opportunity/${recordId}/view`;
}
