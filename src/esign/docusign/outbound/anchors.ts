/**
 * Texts that our own PDF carries where somebody signs or where a value stands; best in white on white.
 * A role or label is written in small letters with hyphens: "Customer signer" is `/sig-customer-signer/`.
 */
export function signAnchor(role: string): string {
  return `/sig-${slug(role)}/`;
}

export function dateAnchor(role: string): string {
  return `/date-${slug(role)}/`;
}

export function fieldAnchor(label: string): string {
  return `/field-${slug(label)}/`;
}

function slug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
