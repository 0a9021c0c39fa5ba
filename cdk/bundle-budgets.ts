/** What a function's bundle may weigh and must not hold. Sizes in bytes, minified; initialisation is billed and felt. */
export interface BundleBudget {
  readonly maxBytes: number;
  /** Packages that must not be among the bundle's inputs; a name ending in `/` means everything in that scope. */
  readonly mustNotContain: readonly string[];
}

const KB = 1000;

const NO_PROVIDER_SDK = ['@hubspot/', 'jsforce', 'docusign-esign'] as const;

/** One budget for every function of the topology, set a little above what was measured when it was written. */
export const BUNDLE_BUDGETS: Readonly<Record<string, BundleBudget>> = {
  // Must be up when cold within the shortest patience of a provider, 5 s, with a signature to verify on the way.
  webhooks: {
    maxBytes: 500 * KB,
    mustNotContain: [
      ...NO_PROVIDER_SDK,
      '@aws-sdk/client-dynamodb',
      '@aws-sdk/client-s3',
      '@aws-sdk/client-eventbridge',
      'zod',
    ],
  },
  record: { maxBytes: 900 * KB, mustNotContain: NO_PROVIDER_SDK },
  // The workers hold SDKs: a CRM's about 500 KB each, the e-sign provider's 1.7 MB.
  'send-contract': { maxBytes: 3600 * KB, mustNotContain: [] },
  'start-onboarding': { maxBytes: 1900 * KB, mustNotContain: ['docusign-esign'] },
  'write-back': { maxBytes: 3600 * KB, mustNotContain: [] },
  reconcile: { maxBytes: 3600 * KB, mustNotContain: [] },
};
