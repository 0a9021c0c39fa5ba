import { expect, test } from 'vitest';
import type { ConnectionPolicy } from '../domain/policies.ts';
import { createESignPort } from './adapters.ts';

const DEPS = { readSecret: async () => ({ signingKeys: ['k'] }), clock: { nowMs: () => 0 } };

const CONNECTION: ConnectionPolicy = {
  id: 'docusign-main',
  provider: 'docusign',
  role: 'esign',
  mode: 'observe',
  effectsFromMs: 0,
  settings: {
    accountId: '9d5f0c1e-4b7a-4c52-8d0e-2f6a1b3c4d5e',
    userId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    integrationKey: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  },
};

test('makes the port of the provider that the connection names', () => {
  expect(createESignPort(CONNECTION, DEPS).connectionId).toBe('docusign-main');
});

test.each(['docusing', 'constructor', ''])('a provider "%s" is refused, with those that exist', (provider) => {
  expect(() => createESignPort({ ...CONNECTION, provider }, DEPS)).toThrow(
    expect.objectContaining({
      code: 'esign.provider-unknown',
      message: expect.stringContaining('use one of: docusign'),
    }),
  );
});
