const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

const ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;

/**
 * The 18 characters of a Salesforce id: the 15 that tell upper from lower case, and a suffix that says which of them are
 * upper case, so that the whole can be compared without regard to case (Salesforce Help, "What is the difference between
 * 15 and 18 digit IDs"). A suffix that does not fit its id is put right. Undefined for what is no id.
 */
export function recordId18(text: string): string | undefined {
  const id = text.trim();
  if (!ID.test(id)) return undefined;
  const short = id.slice(0, 15);
  return short + suffixOf(short);
}

/** Five characters of the id make one of the suffix, the first of them its lowest bit. */
function suffixOf(short: string): string {
  let suffix = '';
  for (let start = 0; start < 15; start += 5) {
    let bits = 0;
    for (let at = 0; at < 5; at += 1) if (/[A-Z]/.test(short.charAt(start + at))) bits |= 1 << at;
    suffix += ALPHABET.charAt(bits);
  }
  return suffix;
}

/** First three characters of the ids of opportunities and of orgs (Salesforce Help, "Standard Field Record ID Prefix Decoder"). */
export const OPPORTUNITY_PREFIX = '006';
export const ORGANIZATION_PREFIX = '00D';

export function isOpportunityId(id: string): boolean {
  return ID.test(id) && id.startsWith(OPPORTUNITY_PREFIX);
}
