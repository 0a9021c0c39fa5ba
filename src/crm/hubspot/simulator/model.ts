/** Object types that the simulated portal has, by the name that paths use. */
export type ObjectType = 'deals' | 'contacts' | 'companies' | 'line_items' | 'notes' | 'tasks';

/** Who changed something, as the property history and the webhooks tell it. */
export interface ChangeSource {
  /** `CRM_UI`: a person in the browser; `INTEGRATION`: an app through the API. */
  readonly type: 'CRM_UI' | 'INTEGRATION';
  readonly id: string;
  readonly label?: string;
  readonly userId?: number;
}

export interface ValueVersion {
  readonly value: string;
  readonly atMs: number;
  readonly source: ChangeSource;
}

export interface StoredObject {
  readonly id: string;
  readonly type: ObjectType;
  /** Every value a property ever had, newest first. */
  readonly history: Readonly<Record<string, readonly ValueVersion[]>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly archived: boolean;
  readonly archivedAtMs?: number;
  /** Id of the record that came out of a merge. */
  readonly mergedInto?: string;
}

/** What the portal tells its webhook subscriptions about a deal, and of contacts that were deleted for privacy. */
export type DealEvent = { readonly atMs: number; readonly source: ChangeSource } & (
  | { readonly kind: 'creation' | 'deletion' | 'restore'; readonly dealId: string }
  | { readonly kind: 'propertyChange'; readonly dealId: string; readonly property: string; readonly value: string }
  | {
      readonly kind: 'merge';
      readonly primaryId: string;
      readonly mergedIds: readonly string[];
      readonly newId: string;
      readonly propertiesMoved: number;
    }
  | { readonly kind: 'privacyDeletion'; readonly contactId: string }
  | {
      readonly kind: 'associationChange';
      readonly dealId: string;
      readonly toType: ObjectType;
      readonly toId: string;
      readonly removed: boolean;
      readonly primary: boolean;
    }
);

export type Emit = (event: DealEvent) => void;

/** The latest value, `undefined` when the property was never set or was cleared. */
export function latestValue(object: StoredObject, property: string): string | undefined {
  const value = object.history[property]?.[0]?.value;
  return value === '' ? undefined : value;
}
