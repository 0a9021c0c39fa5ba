import { holds as conditionHolds } from './conditions.ts';
import type { ContractRecipient } from './contract.ts';
import type { DealFacts } from './deal-facts.ts';
import type { ContractPolicy, DocumentRule, Mode } from './policies.ts';
import type { RemediedReason } from './reasons.ts';
import { recipientsFor } from './recipients.ts';
import { formatted, interpolate, isSource, sourceValue } from './sources.ts';

/** Everything that a signer would see. Equal inputs make equal contracts; an approval is for exactly these. */
export interface ContractInputs {
  readonly subject: string;
  readonly message: string;
  readonly documents: readonly DocumentRule[];
  readonly recipients: readonly Omit<ContractRecipient, 'state' | 'stateAtMs'>[];
  /** Values of document tabs by data label. */
  readonly tabs: Readonly<Record<string, string>>;
  readonly reminders: ContractPolicy['reminders'];
  readonly expiresAfterDays: number;
}

export type ContractInputsResult =
  | { readonly ok: true; readonly inputs: ContractInputs }
  | { readonly ok: false; readonly holds: readonly RemediedReason[] };

/**
 * What a contract for this deal says and to whom it goes, from a fresh read of the deal. What is missing holds it: all
 * reasons at once, each with what to do. In a rehearsal every e-mail goes to `rehearseTo`.
 *
 * @param options.timeZone for close dates that the CRM gives as a moment; UTC when absent
 */
export function contractInputs(
  policy: ContractPolicy,
  facts: DealFacts,
  options: { readonly mode: Mode; readonly rehearseTo?: string; readonly timeZone?: string },
): ContractInputsResult {
  const timeZone = options.timeZone ?? 'UTC';
  const subject = textOf('subject', policy.subject, policy, facts, timeZone);
  const message = textOf('message', policy.message, policy, facts, timeZone);
  const documents = documentsFor(policy, facts);
  const { recipients, holds: recipientHolds } = recipientsFor(policy, facts, options);
  const { tabs, holds: tabHolds } = tabsFor(policy, facts, timeZone);
  const holds = [...subject.holds, ...message.holds, ...documents.holds, ...recipientHolds, ...tabHolds];
  if (holds.length > 0) return { ok: false, holds };
  return {
    ok: true,
    inputs: {
      subject: subject.text,
      message: message.text,
      documents: documents.documents,
      recipients,
      tabs,
      reminders: policy.reminders,
      expiresAfterDays: policy.expiresAfterDays,
    },
  };
}

/** JSON with sorted keys: equal values give equal text, whatever order their keys were written in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    // Entries of a map without a prototype: a key like `__proto__` is a key like any other.
    return Object.assign(Object.create(null), Object.fromEntries(Object.entries(each).sort(byKey)));
  });
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function textOf(what: string, template: string, policy: ContractPolicy, facts: DealFacts, timeZone: string) {
  const { text, missing } = interpolate(template, facts, timeZone);
  const holds = missing.map((name) => emptySource(name, `the ${what} of the contract`, policy));
  return { text, holds };
}

function documentsFor(policy: ContractPolicy, facts: DealFacts) {
  const documents = policy.documents.filter((each) => each.when === undefined || conditionHolds(each.when, facts));
  const holds: RemediedReason[] =
    documents.length > 0
      ? []
      : [
          {
            code: 'contract.no-document',
            sentence: `no document: none of the documents of policy "${policy.name}" fits this deal`,
            remedy: `add a document that fits to "documents:" of policy "${policy.name}", or widen its "when:"`,
          },
        ];
  return { documents, holds };
}

function tabsFor(policy: ContractPolicy, facts: DealFacts, timeZone: string) {
  const tabs = new Map<string, string>();
  const holds: RemediedReason[] = [];
  for (const { tab, from, format, required } of policy.fields) {
    const value = sourceValue(from, facts);
    const shown = value === undefined ? undefined : formatted(value, format, facts, timeZone);
    if (shown !== undefined) tabs.set(tab, shown);
    else if (value !== undefined) {
      holds.push({
        code: 'contract.field-unreadable',
        sentence: `field ${tab} needs ${from} as ${format ?? 'text'}, but the deal has "${value.slice(0, 100)}"`,
        remedy: `correct ${crmName(from)} of the deal in the CRM`,
        facts: { tab, from },
      });
    } else if (required) holds.push(emptySource(from, `field ${tab}`, policy));
  }
  return { tabs: Object.fromEntries(tabs), holds };
}

function emptySource(from: string, what: string, policy: ContractPolicy): RemediedReason {
  if (!isSource(from)) {
    return {
      code: 'contract.source-unknown',
      sentence: `${what} needs "${from}", which is no value of a deal`,
      remedy: `correct "${from}" in policy "${policy.name}" of the configuration`,
      facts: { from },
    };
  }
  return {
    code: 'contract.field-empty',
    sentence: `${what} needs ${from}, which is empty on the deal`,
    remedy: `fill in ${crmName(from)} of the deal in the CRM`,
    facts: { from },
  };
}

function crmName(from: string): string {
  if (from.startsWith('deal.property.')) return `property ${from.slice('deal.property.'.length)}`;
  if (from === 'company.name') return 'the company';
  if (from === 'owner.name') return 'the owner';
  return { 'deal.closeDate': 'the close date' }[from] ?? `the ${from.replace('deal.', '')}`;
}
