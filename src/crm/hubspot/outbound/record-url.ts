import { isLoopbackUrl } from '../base-url.ts';
import type { HubSpotSettings } from '../settings.ts';

const APP_URL = 'https://app.hubspot.com';
/** Object type of deals. */
const DEAL_TYPE_ID = '0-3';

/** The deal's page for people; undefined where a simulator has none. */
export function recordUrl(settings: HubSpotSettings, recordId: string): string | undefined {
  const appUrl = settings.appUrl ?? (isLoopbackUrl(settings.baseUrl) ? undefined : APP_URL);
  return appUrl === undefined
    ? undefined
    : `${appUrl}/contacts/${settings.portalId}/record/${DEAL_TYPE_ID}/${recordId}`;
}
