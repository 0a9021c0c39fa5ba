import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import { type AssociationSpec, type AssociationType, HUBSPOT_TYPES, isSameSpec } from './association-types.ts';
import type { ObjectType } from './model.ts';

/** Association types of the portal: HubSpot's own and the labels that people made. */
export interface Labels {
  list(from: ObjectType, to: ObjectType): AssociationType[];
  find(from: ObjectType, to: ObjectType, spec: AssociationSpec): AssociationType | undefined;
  /** Makes a label for both directions; returns the one from `from` to `to`, then its inverse. */
  create(from: ObjectType, to: ObjectType, label: string, name: string): readonly [AssociationType, AssociationType];
}

/** Ids of own labels start at 1 and so collide with HubSpot's: only category and id together name a type. */
export function createLabels(storage: SandboxStorage): Labels {
  const own = storage.records<AssociationType>('association-label');
  const list: Labels['list'] = (from, to) =>
    [...HUBSPOT_TYPES, ...own.values()].filter((type) => type.from === from && type.to === to);
  return {
    list,
    find: (from, to, spec) => list(from, to).find((type) => isSameSpec(type, spec)),
    create(from, to, label, name) {
      const typeId = storage.nextNumber('association-label');
      const inverseId = storage.nextNumber('association-label');
      const category = 'USER_DEFINED';
      const there: AssociationType = { category, from, to, typeId, inverseId, label, name };
      const back: AssociationType = { category, from: to, to: from, typeId: inverseId, inverseId: typeId, label, name };
      own.set(String(typeId), there);
      own.set(String(inverseId), back);
      return [there, back];
    },
  };
}
