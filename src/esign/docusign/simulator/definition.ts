import { type Loose, list, record, text, texts } from './loose.ts';
import { RECIPIENT_TYPES, type RecipientType } from './state.ts';
import { invalidBody } from './wire-error.ts';

export interface TabSpec {
  readonly tabType: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A recipient as somebody asked for it, before it is matched with a template role. */
export interface RecipientSpec {
  readonly type: RecipientType;
  readonly recipientId: string | undefined;
  readonly name: string;
  readonly email: string;
  readonly routingOrder: number | undefined;
  readonly roleName: string | undefined;
  readonly clientUserId: string | undefined;
  readonly note: string | undefined;
  readonly tabs: readonly TabSpec[];
}

export interface DocumentSpec {
  readonly documentId: string | undefined;
  readonly name: string;
  readonly fileExtension: string;
  readonly order: string | undefined;
  readonly bytes: Uint8Array;
  readonly templateId?: string;
}

export interface CustomFieldSpec {
  readonly kind: 'text' | 'list';
  readonly name: string;
  readonly value: string;
  readonly show: string;
  readonly required: string;
  readonly listItems?: readonly string[];
}

/** Kinds of recipient that DocuSign has and the sandbox does not play. */
const UNPLAYED_TYPES = ['inPersonSigners', 'intermediaries', 'witnesses', 'notaries', 'seals', 'participants'];

/** Flattens the lists of tabs by type; what is not a scalar is left out. */
export function readTabs(value: unknown): TabSpec[] {
  return Object.entries(record(value)).flatMap(([tabType, tabs]) =>
    list(tabs).map((tab) => {
      const scalars = Object.entries(tab).map(([name, scalar]) => [name, text(scalar)] as const);
      return {
        tabType,
        properties: Object.fromEntries(scalars.filter((pair): pair is [string, string] => pair[1] !== undefined)),
      };
    }),
  );
}

/** Reads one recipient; also an element of `templateRoles`, which has the same names. */
export function readRecipient(type: RecipientType, from: Loose): RecipientSpec {
  const order = text(from.routingOrder);
  const routingOrder = order === undefined || order === '' ? undefined : Number(order);
  if (routingOrder !== undefined && (!Number.isInteger(routingOrder) || routingOrder < 1)) {
    throw invalidBody(`routingOrder "${order}" is not a whole number from 1.`);
  }
  return {
    type,
    recipientId: text(from.recipientId),
    name: text(from.name) ?? '',
    email: text(from.email) ?? '',
    routingOrder,
    roleName: text(from.roleName),
    clientUserId: text(from.clientUserId),
    note: text(from.note),
    tabs: readTabs(from.tabs),
  };
}

/** Reads all recipient lists. Throws WireError INVALID_REQUEST_BODY for kinds that the sandbox does not play. */
export function readRecipients(value: unknown): RecipientSpec[] {
  const recipients = record(value);
  const unplayed = UNPLAYED_TYPES.find((type) => list(recipients[type]).length > 0);
  if (unplayed !== undefined) {
    throw invalidBody(`The sandbox plays ${RECIPIENT_TYPES.join(', ')}; "${unplayed}" needs a real account.`);
  }
  return RECIPIENT_TYPES.flatMap((type) => list(recipients[type]).map((from) => readRecipient(type, from)));
}

/** Reads one document with its bytes. Throws WireError INVALID_REQUEST_BODY when they are missing or not base64. */
export function readDocument(from: Loose): DocumentSpec {
  const base64 = text(from.documentBase64);
  const name = text(from.name) ?? '';
  if (base64 === undefined || base64 === '') {
    throw invalidBody(`Document "${name}" has no documentBase64.`);
  }
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) {
    throw invalidBody(`documentBase64 of document "${name}" is not base64.`);
  }
  const dot = name.lastIndexOf('.');
  return {
    documentId: text(from.documentId),
    name,
    fileExtension: (text(from.fileExtension) ?? (dot < 0 ? 'pdf' : name.slice(dot + 1))).toLowerCase(),
    order: text(from.order),
    bytes: Buffer.from(base64, 'base64'),
  };
}

/** Reads text and list custom fields. */
export function readCustomFields(value: unknown): CustomFieldSpec[] {
  const fields = record(value);
  const read = (kind: 'text' | 'list') => (from: Loose) => ({
    kind,
    name: text(from.name) ?? '',
    value: text(from.value) ?? '',
    show: text(from.show) ?? 'false',
    required: text(from.required) ?? 'false',
    ...(kind === 'list' ? { listItems: texts(from.listItems) } : {}),
  });
  return [...list(fields.textCustomFields).map(read('text')), ...list(fields.listCustomFields).map(read('list'))];
}
