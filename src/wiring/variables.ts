import { HubError } from '../domain/errors.ts';
import type { Environment } from '../platform/environment.ts';

/** A variable that must be there. HubError `environment.missing` names it. */
export function required(environment: Environment, name: string): string {
  const value = environment.variables[name];
  if (value !== undefined && value !== '') return value;
  throw new HubError('environment.missing', `environment variable ${name} is not set; the deployment sets it`, {
    retry: 'never',
    context: { name },
  });
}
