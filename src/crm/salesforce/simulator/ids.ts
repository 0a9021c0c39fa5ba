import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';

/** First three characters of an id, by object (Salesforce Help, "Standard Field Record ID Prefix Decoder"). */
export const PREFIXES = {
  Organization: '00D',
  User: '005',
  Account: '001',
  Contact: '003',
  Opportunity: '006',
  OpportunityContactRole: '00K',
  OpportunityLineItem: '00k',
  OpportunityHistory: '008',
  OpportunityFieldHistory: '017',
  OpportunityStage: '01J',
  Product2: '01t',
  PricebookEntry: '01u',
  RecordType: '012',
  Task: '00T',
  ContentVersion: '068',
  ContentDocument: '069',
  ContentDocumentLink: '06A',
  OutboundMessageAction: '04k',
  OutboundMessageNotification: '04l',
  RelayChannel: '0YL',
  QueryCursor: '01g',
} as const;

export type IdKind = keyof typeof PREFIXES;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SUFFIX_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
/** Large enough that ids mix upper and lower case, as those of an org that has lived for a while. */
const FIRST_NUMBER = 41_905_327_718;

/** 18 characters for 15: the suffix holds which of the others are capitals, five at a time, lowest bit first. */
function id18(id15: string): string {
  const groups = [0, 5, 10].map((start) => {
    const bits = [...id15.slice(start, start + 5)].map((character) => (character >= 'A' && character <= 'Z' ? 1 : 0));
    return SUFFIX_DIGITS.charAt(bits.reduce<number>((sum, bit, place) => sum + bit * 2 ** place, 0));
  });
  return id15 + groups.join('');
}

/** The 18 characters of an id that is written with 15 or 18; undefined for what is malformed. */
export function fullId(text: string): string | undefined {
  if (!/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(text)) return undefined;
  const full = id18(text.slice(0, 15));
  return text.length === 15 || text === full ? full : undefined;
}

/** Mints ids that ascend, 18 characters each; a restart goes on where the last process was. */
export type MintId = (kind: IdKind) => string;

export function createMintId(storage: SandboxStorage): MintId {
  return (kind) => {
    let rest = storage.nextNumber(`id-${kind}`, FIRST_NUMBER);
    let digits = '';
    while (digits.length < 10) {
      digits = DIGITS.charAt(rest % 62) + digits;
      rest = Math.floor(rest / 62);
    }
    return id18(`${PREFIXES[kind]}Hr${digits}`);
  };
}
