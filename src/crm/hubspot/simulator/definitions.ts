import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';
import { badRequest, conflict, notFound } from './failures.ts';
import type { ObjectType } from './model.ts';
import {
  type PropertyDefinition,
  type PropertyOption,
  STANDARD_GROUPS,
  standardProperties,
} from './standard-properties.ts';
import type { SwitchBoard } from './switches.ts';

export interface NewProperty {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyDefinition['type'];
  readonly fieldType: string;
  readonly groupName: string;
  readonly description?: string | undefined;
  readonly options?: readonly PropertyOption[] | undefined;
  readonly hasUniqueValue?: boolean | undefined;
}

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
}

/** Property definitions of the portal: HubSpot's own and those that apps and people added. */
export interface Definitions {
  find(type: ObjectType, name: string): PropertyDefinition | undefined;
  list(type: ObjectType): PropertyDefinition[];
  /** Throws 409 when the name is taken, 400 when the definition makes no sense or the type refuses it. */
  create(type: ObjectType, property: NewProperty): PropertyDefinition;
  archive(type: ObjectType, name: string): void;
  groups(type: ObjectType): PropertyGroup[];
  createGroup(type: ObjectType, group: PropertyGroup): PropertyGroup;
}

export function createDefinitions(deps: { storage: SandboxStorage; clock: Clock; switches: SwitchBoard }): Definitions {
  const { storage, clock, switches } = deps;
  const custom = (type: ObjectType) => storage.records<PropertyDefinition>(`property-${type}`);
  const ownGroups = (type: ObjectType) => storage.records<PropertyGroup>(`property-group-${type}`);

  const find: Definitions['find'] = (type, name) =>
    custom(type).get(name) ?? standardProperties(type).find((definition) => definition.name === name);
  const groups: Definitions['groups'] = (type) => [
    { name: STANDARD_GROUPS[type], label: STANDARD_GROUPS[type], displayOrder: -1 },
    ...ownGroups(type).values(),
  ];

  return {
    find,
    groups,
    list: (type) => [...standardProperties(type), ...custom(type).values()],
    create(type, property) {
      if (find(type, property.name) !== undefined) {
        throw conflict(`Property "${property.name}" already exists on ${type}.`, 'OBJECT_ALREADY_EXISTS');
      }
      if (!/^[a-z][a-z0-9_]{0,99}$/.test(property.name)) {
        throw badRequest(
          `Property name "${property.name}" may hold lower-case letters, digits and underscores only and must start with a letter.`,
        );
      }
      if (!groups(type).some((group) => group.name === property.groupName)) {
        throw badRequest(`Property group "${property.groupName}" does not exist on ${type}.`);
      }
      if (property.type === 'enumeration' && (property.options ?? []).length === 0) {
        throw badRequest(`Property "${property.name}" is an enumeration and needs options.`);
      }
      const unique = property.hasUniqueValue ?? false;
      if (unique && (type === 'notes' || (type === 'tasks' && !switches.get().uniqueTaskProperties))) {
        throw badRequest(`Unique values are not supported for properties of ${type}.`);
      }
      const definition: PropertyDefinition = {
        name: property.name,
        label: property.label,
        type: property.type,
        fieldType: property.fieldType,
        groupName: property.groupName,
        description: property.description ?? '',
        options: property.options ?? [],
        hasUniqueValue: unique,
        readOnly: false,
        hubspotDefined: false,
        createdAtMs: clock.nowMs(),
      };
      custom(type).set(property.name, definition);
      return definition;
    },
    archive(type, name) {
      if (!custom(type).delete(name)) throw notFound(`Property "${name}" does not exist`);
    },
    createGroup(type, group) {
      if (groups(type).some((each) => each.name === group.name)) {
        throw conflict(`Property group "${group.name}" already exists on ${type}.`, 'OBJECT_ALREADY_EXISTS');
      }
      ownGroups(type).set(group.name, group);
      return group;
    },
  };
}
