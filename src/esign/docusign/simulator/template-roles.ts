import type { RecipientSpec, TabSpec } from './definition.ts';
import type { SimTemplate } from './state.ts';
import { WireError } from './wire-error.ts';

function hasPlace(tab: TabSpec): boolean {
  return tab.properties.anchorString !== undefined || tab.properties.xPosition !== undefined;
}

function mergeTabs(
  template: readonly TabSpec[],
  supplied: readonly TabSpec[],
  unknownTabs: 'ignored' | 'refused',
): TabSpec[] {
  const merged = template.map((tab) => ({ ...tab }));
  for (const wanted of supplied) {
    const label = wanted.properties.tabLabel ?? '';
    // `\*Label` sets every tab whose label begins so ("Template tab values", developer documentation).
    const matches = (tab: TabSpec) =>
      tab.tabType === wanted.tabType &&
      (label.startsWith('\\*')
        ? (tab.properties.tabLabel ?? '').startsWith(label.slice(2))
        : tab.properties.tabLabel === label);
    let found = false;
    for (const [index, tab] of merged.entries()) {
      if (!matches(tab)) continue;
      found = true;
      merged[index] = {
        tabType: tab.tabType,
        properties: { ...tab.properties, ...wanted.properties, tabLabel: tab.properties.tabLabel ?? label },
      };
    }
    if (!found && hasPlace(wanted)) merged.push(wanted);
    else if (!found && unknownTabs === 'refused') {
      throw new WireError(
        400,
        'INVALID_TAB_OPERATION',
        `The template role has no tab "${label}" in ${wanted.tabType}.`,
      );
    }
  }
  return merged;
}

/**
 * Puts people into the roles of a template. A role matches when its name is equal and the routing order, if one is
 * given, too ("Developer FAQs - Templates, Envelopes, and Connect"). Who matches no role becomes a recipient of his
 * own, without the role's tabs; roles that nobody fills are left out.
 */
export function fillRoles(
  template: SimTemplate,
  supplied: readonly RecipientSpec[],
  unknownTabs: 'ignored' | 'refused',
): { readonly filled: RecipientSpec[]; readonly unmatched: RecipientSpec[] } {
  const unmatched = [...supplied];
  const filled: RecipientSpec[] = [];
  for (const role of template.recipients) {
    const index = unmatched.findIndex(
      (person) =>
        person.roleName === role.roleName &&
        (person.routingOrder === undefined || person.routingOrder === role.routingOrder),
    );
    const person = unmatched[index];
    if (person === undefined) continue;
    unmatched.splice(index, 1);
    filled.push({
      ...person,
      type: role.type,
      recipientId: person.recipientId ?? role.recipientId,
      routingOrder: role.routingOrder,
      tabs: mergeTabs(role.tabs, person.tabs, unknownTabs),
    });
  }
  return { filled, unmatched };
}
