import * as z from 'zod';
import { HubError } from '../../../domain/errors.ts';
import { templatePayload, templateRecipientsPayload } from '../payloads.ts';

/** Lists of tabs whose value a sender may set. Source: resource EnvelopeRecipientTabs of the eSignature REST API v2.1. */
const VALUE_TABS = [
  'textTabs',
  'numberTabs',
  'numericalTabs',
  'dateTabs',
  'noteTabs',
  'listTabs',
  'emailTabs',
  'phoneNumberTabs',
  'companyTabs',
  'titleTabs',
  'zipTabs',
  'ssnTabs',
] as const;

export type ValueTabList = (typeof VALUE_TABS)[number];

export interface TemplateRole {
  /** As the template spells it. */
  readonly roleName: string;
  readonly kind: 'signer' | 'copy' | 'other';
  readonly routingOrder: string | undefined;
  /** The template itself names the person, so nobody else need fill the role. */
  readonly named: boolean;
  readonly tabs: readonly { readonly list: ValueTabList; readonly label: string }[];
}

/** What the hub needs to know of a template before it makes an envelope of it. */
export interface TemplateShape {
  readonly templateId: string;
  readonly name: string;
  readonly roles: readonly TemplateRole[];
}

/** Throws HubError `esign.answer-unexpected` when DocuSign's answer is no template. */
export function readTemplateShape(templateId: string, answer: unknown): TemplateShape {
  const template = templatePayload.safeParse(answer);
  if (!template.success) {
    const message = `DocuSign's answer about template ${templateId} cannot be understood; it is tried again by itself`;
    throw new HubError('esign.answer-unexpected', message, { retry: { afterMs: 60_000 } });
  }
  const lists = Object.entries(template.data.recipients ?? {});
  return {
    templateId,
    name: template.data.name ?? templateId,
    roles: lists.flatMap(([list, recipients]) => rolesOf(list, recipients)),
  };
}

/** The role of that name; DocuSign's spelling wins, small and capital letters count the same. */
export function roleOf(template: TemplateShape, role: string): TemplateRole | undefined {
  const wanted = role.trim().toLowerCase();
  return template.roles.find((candidate) => candidate.roleName.trim().toLowerCase() === wanted);
}

function rolesOf(list: string, recipients: unknown): readonly TemplateRole[] {
  const parsed = templateRecipientsPayload.safeParse(recipients);
  // Beside the lists there are counters such as `recipientCount`.
  if (!parsed.success) return [];
  const kind = list === 'signers' ? 'signer' : list === 'carbonCopies' ? 'copy' : 'other';
  return (parsed.data ?? []).flatMap(({ roleName, email, routingOrder, tabs }) =>
    roleName === undefined || roleName === ''
      ? []
      : [{ roleName, kind, routingOrder, named: email !== undefined && email !== '', tabs: valueTabsOf(tabs ?? {}) }],
  );
}

const labelledTabs = z.array(z.object({ tabLabel: z.string() }).catch({ tabLabel: '' })).catch([]);

function valueTabsOf(tabs: Readonly<Record<string, unknown>>): TemplateRole['tabs'] {
  return VALUE_TABS.flatMap((list) =>
    labelledTabs
      .parse(tabs[list] ?? [])
      .filter(({ tabLabel }) => tabLabel !== '')
      .map(({ tabLabel }) => ({ list, label: tabLabel })),
  );
}
