/** Reading JSON of which nothing is known. DocuSign takes scalars as text, numbers or booleans and answers text. */
export type Loose = Readonly<Record<string, unknown>>;

export function record(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

export function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(record) : [];
}

/** A scalar as text; undefined for null, objects, lists and what is absent. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== undefined) : [];
}

export function flag(value: unknown): boolean {
  return text(value)?.toLowerCase() === 'true';
}

/** Comma-separated values of a query parameter. */
export function commaList(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
