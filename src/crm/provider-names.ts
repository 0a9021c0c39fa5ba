/** CRM providers that the deployment has queues for; one word per provider. */
export const crmProviderNames: readonly string[] = ['hubspot', 'salesforce'];
