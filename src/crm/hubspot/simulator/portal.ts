import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { type Associations, createAssociations } from './associations.ts';
import { createDefinitions, type Definitions } from './definitions.ts';
import { badRequest } from './failures.ts';
import { createFileStore, type FileStore } from './files.ts';
import { createLabels, type Labels } from './labels.ts';
import type { ChangeSource, Emit, StoredObject } from './model.ts';
import { createObjects, type Objects } from './objects.ts';
import { createOwners, type Owners } from './owners.ts';
import { createPipelines, type Pipelines } from './pipelines.ts';
import type { SwitchBoard } from './switches.ts';

/** One HubSpot account: its settings and its records. */
export interface Portal {
  readonly portalId: number;
  readonly clock: Clock;
  readonly switches: SwitchBoard;
  readonly definitions: Definitions;
  readonly pipelines: Pipelines;
  readonly owners: Owners;
  readonly labels: Labels;
  readonly objects: Objects;
  readonly associations: Associations;
  readonly files: FileStore;
  /** Source of changes that the app makes through the API. */
  readonly app: ChangeSource;
  /** Merges two records of one type with everything that hangs on them. */
  merge(primary: StoredObject, other: StoredObject, source: ChangeSource): StoredObject;
}

export function createPortal(options: {
  storage: SandboxStorage;
  clock: Clock;
  random: () => number;
  switches: SwitchBoard;
  portalId: number;
  appId: number;
  emit: Emit;
}): Portal {
  const { storage, clock, switches, emit } = options;
  const definitions = createDefinitions({ storage, clock, switches });
  const pipelines = createPipelines({ storage, clock });
  const owners = createOwners(storage);
  const labels = createLabels(storage);
  const objects = createObjects({ storage, clock, definitions, pipelines, owners, switches, emit });
  const associations = createAssociations({ storage, clock, labels, objects, emit });
  return {
    portalId: options.portalId,
    clock,
    switches,
    definitions,
    pipelines,
    owners,
    labels,
    objects,
    associations,
    files: createFileStore({ storage, clock, random: options.random }),
    app: { type: 'INTEGRATION', id: String(options.appId) },
    merge(primary, other, source) {
      if (primary.id === other.id) throw badRequest('A record cannot be merged with itself.');
      const merged = objects.mergeInto(primary, other, source);
      for (const each of [primary, other]) associations.moveAll(each, merged);
      return merged;
    },
  };
}
