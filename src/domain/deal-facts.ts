export interface DealContact {
  readonly id: string;
  readonly name: string;
  readonly email: string | undefined;
  /** Association labels or contact roles, as the CRM shows them. */
  readonly labels: readonly string[];
  readonly isPrimary: boolean;
}

export interface DealOwner {
  readonly id: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly active: boolean;
}

export interface DealLineItem {
  readonly id: string;
  readonly name: string;
  readonly quantity: string | undefined;
  readonly price: string | undefined;
}

/** A fresh read of an opportunity with what hangs on it. */
export interface DealFacts {
  readonly recordId: string;
  readonly name: string;
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  readonly closeDate: string | undefined;
  readonly pipelineId: string;
  readonly stageId: string;
  readonly owner: DealOwner | undefined;
  readonly company: { readonly id: string; readonly name: string } | undefined;
  readonly contacts: readonly DealContact[];
  readonly lineItems: readonly DealLineItem[];
  /** All properties that were asked for, as strings; empty ones are absent. */
  readonly properties: Readonly<Record<string, string>>;
  /** The same deal's record in another CRM, if this CRM says so (Salesforce opportunity id of a synced HubSpot deal). */
  readonly linkedRecordId: string | undefined;
  /** Records that were merged into this one. */
  readonly mergedRecordIds: readonly string[];
  /** Page of the record for people. */
  readonly url: string | undefined;
}
