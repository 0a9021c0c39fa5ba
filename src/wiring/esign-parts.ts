import { createESignPort } from '../esign/adapters.ts';
import type { ESignPort } from '../esign/esign-port.ts';
import type { ESignParts } from '../flows/parts.ts';
import type { Environment } from '../platform/environment.ts';
import { createCrmParts, perConnection } from './crm-parts.ts';
import { createSecretReader } from './secret-reader.ts';

/** Parts of the functions that talk to the CRM and to the e-sign provider. */
export function createESignParts(environment: Environment, functionName: string): ESignParts {
  const readSecret = createSecretReader(environment);
  const { clock } = environment;
  return {
    ...createCrmParts(environment, functionName),
    esign: perConnection<ESignPort>((connection) =>
      createESignPort(connection, { readSecret: () => readSecret(connection.id), clock }),
    ),
  };
}
