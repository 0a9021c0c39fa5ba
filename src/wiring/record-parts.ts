import { accountsOf } from '../config/connections.ts';
import { createS3Files } from '../files/s3-files.ts';
import type { RecordParts } from '../flows/record-parts.ts';
import { createS3Client } from '../platform/aws/s3-client.ts';
import type { Environment } from '../platform/environment.ts';
import { VARIABLES } from '../topology.ts';
import { parsers } from '../webhooks/parsers.ts';
import { createCoreParts } from './core-parts.ts';
import { required } from './variables.ts';

/** Parts of the record function. */
export function createRecordParts(environment: Environment): RecordParts {
  const core = createCoreParts(environment, 'record');
  const files = createS3Files({ client: createS3Client(environment), bucket: required(environment, VARIABLES.bucket) });
  return {
    ...core,
    parserOf: (provider) => parsers.find((parser) => parser.provider === provider),
    providerOfSource: (source) =>
      parsers.find(({ partnerSourcePrefix: prefix }) => prefix !== undefined && source.startsWith(prefix))?.provider,
    accountsOf: async (provider) => accountsOf((await core.config()).connections, provider),
    keepFile: (key, bytes, contentType) => files.put(key, bytes, contentType),
    readFile: (key) => files.get(key),
  };
}
