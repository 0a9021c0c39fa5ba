import { createESignPort } from '../esign/adapters.ts';
import type { ESignPort } from '../esign/esign-port.ts';
import { createS3Files } from '../files/s3-files.ts';
import type { WorkerParts } from '../flows/parts.ts';
import { createS3Client } from '../platform/aws/s3-client.ts';
import type { Environment } from '../platform/environment.ts';
import { VARIABLES } from '../topology.ts';
import { createCrmParts, perConnection } from './crm-parts.ts';
import { createSecretReader } from './secret-reader.ts';
import { required } from './variables.ts';

/** Parts of the functions that talk to the CRM and to the e-sign provider. */
export function createWorkerParts(environment: Environment, functionName: string): WorkerParts {
  const readSecret = createSecretReader(environment);
  const { clock } = environment;
  return {
    ...createCrmParts(environment, functionName),
    esign: perConnection<ESignPort>((connection) =>
      createESignPort(connection, { readSecret: () => readSecret(connection.id), clock }),
    ),
    files: createS3Files({ client: createS3Client(environment), bucket: required(environment, VARIABLES.bucket) }),
  };
}
