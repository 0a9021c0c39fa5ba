/** A contact as a person would type it in. */
export interface NewContact {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** One contact role each, e.g. `Contract signer`; none makes one role without a name. */
  readonly roles?: readonly string[] | undefined;
  readonly isPrimary?: boolean | undefined;
}

/** An opportunity with everything around it. */
export interface NewOpportunity {
  readonly name: string;
  readonly amount?: number | undefined;
  /** ISO 4217; kept only by an org with several currencies. */
  readonly currency?: string | undefined;
  /** `YYYY-MM-DD`; default in 45 days. */
  readonly closeDate?: string | undefined;
  /** API name or label; default the first stage. */
  readonly stage?: string | undefined;
  /** Default the person who works in the browser. */
  readonly ownerEmail?: string | undefined;
  readonly account?: { readonly name: string } | undefined;
  readonly contacts?: readonly NewContact[] | undefined;
  readonly lineItems?: readonly { name: string; quantity: number; price: number }[] | undefined;
  /** Only in an org with record types. */
  readonly recordTypeId?: string | undefined;
  /** Further fields by API name. */
  readonly fields?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  /** Backdates creation and first stage. */
  readonly createdAtMs?: number | undefined;
}
