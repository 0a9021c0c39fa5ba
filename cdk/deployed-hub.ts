import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyConfiguration, knownConnections } from '../src/actions/apply-configuration.ts';
import type { ConfigDraft } from '../src/config/to-hub-config.ts';
import { currentStage } from '../src/domain/entries.ts';
import { isHubError } from '../src/domain/errors.ts';
import type { ConnectionPolicy } from '../src/domain/policies.ts';
import { createS3Files } from '../src/files/s3-files.ts';
import { createDynamoClient } from '../src/platform/aws/dynamo-client.ts';
import { createS3Client } from '../src/platform/aws/s3-client.ts';
import type { Environment } from '../src/platform/environment.ts';
import { createDynamoTable } from '../src/store/dynamo-table.ts';
import { createHubStore, type HubStore } from '../src/store/hub-store.ts';
import { deployedNames } from '../src/wiring/deployed-names.ts';
import type { Place } from './check-place.ts';

/** The configuration in the table of a deployment, reached with the caller's own rights. */
export interface DeployedHub {
  /** Connections of all configurations that were applied; none when there is no table yet. */
  connections(prefix: string, place: Place): Promise<readonly ConnectionPolicy[]>;
  /**
   * Brings the configuration into force and answers its version; one that is in force already keeps its version.
   * @param folder where the documents lie that it names
   */
  apply(draft: ConfigDraft, folder: string, prefix: string, place: Place): Promise<number>;
}

/** Both methods throw what store and files throw: HubError with AWS's own name of the failure. */
export function createDeployedHub(environment: Environment, who: string): DeployedHub {
  const { clock } = environment;

  function storeIn(prefix: string, { region }: Place): HubStore {
    const client = createDynamoClient(inRegion(environment, region));
    return createHubStore({
      table: createDynamoTable({ client, tableName: deployedNames(prefix).table, clock }),
      stageOf: currentStage,
    });
  }

  return {
    async connections(prefix, place) {
      try {
        return await knownConnections(storeIn(prefix, place));
      } catch (error) {
        if (isHubError(error) && error.context['cause'] === 'ResourceNotFoundException') return [];
        throw error;
      }
    },
    async apply(draft, folder, prefix, place) {
      const client = createS3Client(inRegion(environment, place.region));
      const files = createS3Files({ client, bucket: deployedNames(prefix).bucket(place.account, place.region) });
      const readDocument = (file: string) => readFile(join(folder, file));
      const store = storeIn(prefix, place);
      return (await applyConfiguration(draft, who, { store, files, clock, readDocument })).version;
    },
  };
}

function inRegion(environment: Environment, region: string): Environment {
  return { ...environment, variables: { ...environment.variables, AWS_REGION: region } };
}
