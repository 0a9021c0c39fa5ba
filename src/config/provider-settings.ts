import type * as z from 'zod';
import { hubspotSettings } from '../crm/hubspot/settings.ts';
import { salesforceSettings } from '../crm/salesforce/settings.ts';
import { docusignSettings } from '../esign/docusign/settings.ts';

/** What the configuration needs to know of a provider: how its settings and its secret look, and which account they name. */
export interface ProviderSettings {
  readonly provider: string;
  readonly role: 'crm' | 'esign';
  readonly settings: z.ZodType;
  readonly secret: z.ZodType;
  /** Account id as the provider's webhooks carry it. */
  accountIdOf(settings: Readonly<Record<string, unknown>>): string;
  /** Of a provider whose events come through EventBridge: the source, and with it the bus, that AWS gave the account. */
  partnerEventSourceOf?(settings: Readonly<Record<string, unknown>>): string | undefined;
}

/** One line per provider. */
export const providerSettings: readonly ProviderSettings[] = [hubspotSettings, salesforceSettings, docusignSettings];
