import { readValueAt } from './computed.ts';
import { badRequest } from './failures.ts';
import { kindOf, page, readBody, type SimulatorApp } from './http.ts';
import type { StoredObject } from './model.ts';
import { viewObject } from './object-view.ts';
import type { Portal } from './portal.ts';
import { checkSearchLimits, compareValues, matchesFilters, type SearchRequest, searchSchema } from './search.ts';
import type { PropertyType } from './standard-properties.ts';

/** Search over an index that knows of changes only after a while (HubSpot "Search the CRM"). */
export function searchRoutes(app: SimulatorApp, portal: Portal): void {
  app.post('/crm/v3/objects/:type/search', async (c) => {
    const { type } = kindOf(c.req.param('type'));
    const request = await readBody(c, searchSchema);
    checkSearchLimits(request);

    const typeOf = (property: string): PropertyType => {
      const definition = portal.definitions.find(type, property);
      if (definition === undefined) throw badRequest(`There is a problem with the request: no property ${property}.`);
      return definition.type;
    };
    for (const { filters } of request.filterGroups) for (const filter of filters) typeOf(filter.propertyName);

    const indexedUntilMs = portal.clock.nowMs() - portal.switches.get().searchLagMs;
    const indexed = (object: StoredObject) => (property: string) => readValueAt(object, property, indexedUntilMs);
    const needle = request.query?.toLowerCase();
    const found = portal.objects
      .all(type)
      .filter(
        (object) =>
          object.createdAtMs <= indexedUntilMs &&
          (!object.archived || (object.archivedAtMs ?? 0) > indexedUntilMs) &&
          matchesFilters(request.filterGroups, indexed(object), typeOf) &&
          (needle === undefined ||
            Object.keys(object.history).some((property) => indexed(object)(property)?.toLowerCase().includes(needle))),
      );
    const sorted = sortBy(found, request.sorts[0], indexed, typeOf);
    const { results, ...paging } = page(sorted, request.limit, request.after ?? undefined);
    const properties = request.properties;
    return c.json({
      total: sorted.length,
      results: results.map((object) => {
        // Results show the index too: the record as it was when it was last indexed.
        const view = viewObject(portal, object, { properties });
        const shown = Object.keys(view.properties as Record<string, unknown>);
        return { ...view, properties: Object.fromEntries(shown.map((name) => [name, indexed(object)(name) ?? null])) };
      }),
      ...paging,
    });
  });
}

type Sort = SearchRequest['sorts'][number];

/** Sorts come as `{ propertyName, direction }`, as `name`, or as `-name` for descending. */
function sortBy(
  objects: readonly StoredObject[],
  sort: Sort | undefined,
  indexed: (object: StoredObject) => (property: string) => string | undefined,
  typeOf: (property: string) => PropertyType,
): readonly StoredObject[] {
  if (sort === undefined) return objects;
  const [property, descending] =
    typeof sort === 'string'
      ? [sort.replace(/^-/, ''), sort.startsWith('-')]
      : [sort.propertyName, (sort.direction ?? '').toUpperCase().startsWith('DESC')];
  const type = typeOf(property);
  const sign = descending ? -1 : 1;
  return objects.toSorted((a, b) => {
    const [left, right] = [indexed(a)(property), indexed(b)(property)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    return sign * compareValues(left, right, type) || Number(a.id) - Number(b.id);
  });
}
