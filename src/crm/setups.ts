import { hubspotSetup } from './hubspot/setup/setup.ts';
import type { ProviderSetup } from './provider-setup.ts';
import { salesforceSetup } from './salesforce/setup/setup.ts';

/** One line per provider. */
export const providerSetups: readonly ProviderSetup[] = [hubspotSetup, salesforceSetup];
