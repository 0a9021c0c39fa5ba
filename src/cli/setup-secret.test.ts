import { expect, it } from 'vitest';
import { secretVariable } from '../local/real-secrets.ts';
import { secretVariableOf } from './setup-secret.ts';

it.each([['salesforce-main'], ['crm2'], ['a-b-c-1']])('names the variable of %s as the hub does', (connectionId) => {
  expect(secretVariableOf(connectionId)).toBe(secretVariable(connectionId));
});
