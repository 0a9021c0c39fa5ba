import * as z from 'zod';
import type { AssociationSpec, AssociationType } from './association-types.ts';
import { HUBSPOT_TYPES } from './association-types.ts';
import type { End } from './associations.ts';
import { badRequest, recordNotFound } from './failures.ts';
import type { ChangeSource, ObjectType, StoredObject } from './model.ts';
import type { Portal } from './portal.ts';

/** HubSpot takes ids as text or number. */
export const idSchema = z.union([z.string(), z.number()]).transform(String);

export const valuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const specSchema = z
  .object({
    associationCategory: z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED', 'WORK']),
    associationTypeId: z.number(),
  })
  .transform((spec): AssociationSpec => ({ category: spec.associationCategory, typeId: spec.associationTypeId }));

export const createSchema = z.object({
  properties: valuesSchema,
  associations: z.array(z.object({ to: z.object({ id: idSchema }), types: z.array(specSchema).min(1) })).default([]),
  objectWriteTraceId: z.string().optional(),
});

export type CreateInput = z.infer<typeof createSchema>;

interface Target {
  readonly to: End;
  readonly specs: readonly AssociationSpec[];
}

/** Inline associations name no object type: the association types tell it. */
function targetsOf(portal: Portal, from: ObjectType, input: CreateInput): Target[] {
  return input.associations.map(({ to, types: specs }) => {
    const type = specs.map((spec) => typeFrom(portal, from, spec)).find((each) => each !== undefined);
    if (type === undefined) {
      throw badRequest(
        `invalid from object type for associations to be created: no type ${specs.map((spec) => spec.typeId).join(', ')} leads from ${from}.`,
      );
    }
    return { to: { type: type.to, id: to.id }, specs };
  });
}

function typeFrom(portal: Portal, from: ObjectType, spec: AssociationSpec): AssociationType | undefined {
  const targets = new Set(HUBSPOT_TYPES.filter((type) => type.from === from).map((type) => type.to));
  for (const to of targets) {
    const type = portal.labels.find(from, to, spec);
    if (type !== undefined) return type;
  }
  return undefined;
}

/** Checks everything that creating would refuse, and returns what does it. */
export function prepareCreate(portal: Portal, type: ObjectType, input: CreateInput, source: ChangeSource) {
  portal.objects.check(type, input.properties, undefined);
  const targets = targetsOf(portal, type, input);
  for (const { to, specs } of targets) portal.associations.check({ type }, to, specs);
  return (): StoredObject => {
    const object = portal.objects.create(type, input.properties, source);
    for (const { to, specs } of targets) portal.associations.connect(object, to, specs, source);
    return object;
  };
}

/** The record by id, or by the value of a unique property. Throws 404, or 400 when the property is not unique. */
export function locate(
  portal: Portal,
  type: ObjectType,
  id: string,
  idProperty: string | undefined,
  archived = false,
): StoredObject {
  if (idProperty === undefined || idProperty === 'hs_object_id') return portal.objects.read(type, id, archived);
  if (portal.definitions.find(type, idProperty)?.hasUniqueValue !== true) {
    throw badRequest(`Property "${idProperty}" of ${type} is not a unique identifier property.`);
  }
  const object = portal.objects.findByUnique(type, idProperty, id);
  if (object === undefined) throw recordNotFound(id);
  return object;
}
