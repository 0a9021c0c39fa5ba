/** The simulated accounts; `stagepost.config.yaml` names the same ones. */
export const HUBSPOT_ACCOUNT = { portalId: 24681012, appId: 1357911 } as const;

export const SALESFORCE_ACCOUNT = {
  orgId: '00D5f000001ZzXkEAK',
  username: 'stagepost@northwind.example',
} as const;
export const DOCUSIGN_ACCOUNT = {
  accountId: '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e',
  userId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  integrationKey: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
} as const;

/** Addresses as the sample configuration has them; a start on other ports puts its own in their place. */
export const SAMPLE_ADDRESSES = {
  hub: 'http://127.0.0.1:4200',
  hubspot: 'http://127.0.0.1:4201',
  docusign: 'http://127.0.0.1:4202',
  salesforce: 'http://127.0.0.1:4203',
} as const;
