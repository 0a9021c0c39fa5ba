import { readValue } from './computed.ts';
import { isoInstant } from './instants.ts';
import { OBJECT_KINDS, objectKind } from './kinds.ts';
import type { StoredObject, ValueVersion } from './model.ts';
import type { Portal } from './portal.ts';

export interface ViewOptions {
  readonly properties?: readonly string[] | undefined;
  readonly propertiesWithHistory?: readonly string[] | undefined;
  readonly associations?: readonly string[] | undefined;
}

export type ObjectView = Readonly<Record<string, unknown>>;

/**
 * A record as reads answer it: asked properties (unset ones null, unknown ones left out) and always the id and times.
 * Source: HubSpot "Understanding the CRM APIs", "Deals API".
 */
export function viewObject(portal: Portal, object: StoredObject, options: ViewOptions = {}): ObjectView {
  const kind = OBJECT_KINDS[object.type];
  const asked = options.properties ?? kind.defaultProperties;
  const names = [...asked, kind.createdProperty, kind.modifiedProperty, 'hs_object_id'];
  const history = options.propertiesWithHistory ?? [];
  return {
    id: object.id,
    properties: propertiesOf(portal, object, [...names, ...history]),
    ...(history.length === 0 ? {} : { propertiesWithHistory: historyOf(portal, object, history) }),
    createdAt: isoInstant(object.createdAtMs),
    updatedAt: isoInstant(object.updatedAtMs),
    archived: object.archived,
    ...(object.archivedAtMs === undefined ? {} : { archivedAt: isoInstant(object.archivedAtMs) }),
    ...associationsOf(portal, object, options.associations ?? []),
  };
}

/** A record as writes answer it: with everything that is stored. */
export function viewWritten(portal: Portal, object: StoredObject): ObjectView {
  return viewObject(portal, object, { properties: Object.keys(object.history) });
}

function propertiesOf(portal: Portal, object: StoredObject, names: readonly string[]): Record<string, string | null> {
  const known = [...new Set(names)].filter((name) => portal.definitions.find(object.type, name) !== undefined);
  return Object.fromEntries(known.sort().map((name) => [name, readValue(object, name) ?? null]));
}

function historyOf(portal: Portal, object: StoredObject, names: readonly string[]) {
  const oldestFirst = portal.switches.get().historyOrder === 'oldest-first';
  return Object.fromEntries(
    names
      .filter((name) => portal.definitions.find(object.type, name) !== undefined)
      .map((name) => {
        const versions = (object.history[name] ?? []).map(viewVersion);
        return [name, oldestFirst ? versions.reverse() : versions];
      }),
  );
}

function viewVersion({ value, atMs, source }: ValueVersion) {
  return {
    value,
    timestamp: isoInstant(atMs),
    sourceType: source.type,
    sourceId: source.id,
    ...(source.label === undefined ? {} : { sourceLabel: source.label }),
    ...(source.userId === undefined ? {} : { updatedByUserId: source.userId }),
  };
}

/** One entry per type of a link, so a labelled contact comes up twice. */
function associationsOf(portal: Portal, object: StoredObject, wanted: readonly string[]) {
  const found: Record<string, unknown> = {};
  for (const name of wanted) {
    const kind = objectKind(name);
    if (kind === undefined) continue;
    const results = portal.associations.linksOf(object, kind.type).flatMap((link) =>
      link.specs.map((spec) => ({
        id: link.to.id,
        type: portal.labels.find(object.type, kind.type, spec)?.name ?? '',
      })),
    );
    if (results.length > 0) found[kind.plural] = { results };
  }
  return Object.keys(found).length === 0 ? {} : { associations: found };
}
