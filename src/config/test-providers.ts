import * as z from 'zod';
import type { ProviderSettings } from './provider-settings.ts';

/** Two made-up providers for tests: what they accept does not change with the real ones. */
export const testProviders: readonly ProviderSettings[] = [
  {
    provider: 'somecrm',
    role: 'crm',
    settings: z.strictObject({ org: z.string(), region: z.enum(['eu', 'us']).default('eu') }),
    secret: z.looseObject({}),
    accountIdOf: (settings) => String(settings.org),
  },
  {
    provider: 'somesign',
    role: 'esign',
    settings: z.strictObject({ account: z.string() }),
    secret: z.looseObject({}),
    accountIdOf: (settings) => String(settings.account),
  },
];

/** The shortest configuration that says everything once. */
export const SMALL_CONFIG = `version: 1
publicUrl: https://hooks.example.com
company:
  name: Northwind
  timeZone: Europe/Berlin
connections:
  crm-main:
    provider: somecrm
    effectsFrom: 2026-11-01T00:00:00Z
    settings:
      org: org-1
  sign-main:
    provider: somesign
    settings:
      account: acc-1
pipelines:
  - connection: crm-main
    id: 75012345
    stages:
      1001: negotiation
      1002: procurement
      1003: implementation
contracts:
  - name: standard
    esign: sign-main
    subject: Agreement
    documents:
      - name: Terms
        template: template-1
    recipients:
      - role: customer
        kind: signer
        order: 1
        owner: true
plays:
  - name: onboarding
    stage: implementation
    tasks:
      - key: kickoff
        title: Kick-off
        dueInBusinessDays: 2
      - key: training
        title: Training
        dueInBusinessDays: 5
        after: [kickoff]
`;
