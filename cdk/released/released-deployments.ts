import type { Deployment } from '../deployment.ts';

/**
 * What the templates of a release are written for, and what they are compared by ever after. Fixed here, not read from
 * the sample configuration: who renames a connection there has changed a sample, not what is deployed anywhere.
 * Logical ids of secrets come from connection ids, so there are ids of every form that one may have.
 */
export const RELEASED_DEPLOYMENTS: Readonly<Record<'sample' | 'several', Deployment>> = {
  sample: {
    prefix: 'stagepost',
    publicUrl: undefined,
    connections: [
      { id: 'hubspot-main', provider: 'hubspot', role: 'crm', secret: 'stagepost/hubspot-main' },
      { id: 'salesforce-main', provider: 'salesforce', role: 'crm', secret: 'stagepost/salesforce-main' },
      { id: 'docusign-main', provider: 'docusign', role: 'esign', secret: 'stagepost/docusign-main' },
    ],
    partnerEventSources: [],
  },
  several: {
    prefix: 'acme-2',
    publicUrl: 'https://hooks.example.com',
    domain: {
      name: 'hooks.example.com',
      certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d',
    },
    connections: [
      { id: 'hubspot-eu', provider: 'hubspot', role: 'crm', secret: 'stagepost/hubspot-eu' },
      { id: 'hubspot-us', provider: 'hubspot', role: 'crm', secret: 'sales/us/hubspot' },
      { id: 'sf2', provider: 'salesforce', role: 'crm', secret: 'stagepost/sf2' },
      { id: 'docusign-legal-1', provider: 'docusign', role: 'esign', secret: 'stagepost/docusign-legal-1' },
      { id: 'docusign-legal-10', provider: 'docusign', role: 'esign', secret: 'stagepost/docusign-legal-10' },
    ],
    partnerEventSources: ['aws.partner/salesforce.com/00D5f000001ZzXkEAK/0YLxx'],
  },
};
