/** Reading JSON of which nothing is known. DocuSign takes scalars as text, numbers or booleans and answers text. */
export type Loose = Readonly<Record<string, unknown>>;

/** An object, or an empty one for anything else. */
export function record(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

/** A list of objects; empty for what is no list. */
export function list(value: unknown): Loose[] {
  return Array.isArray(value) ? value.map(record) : [];
}

/** A scalar as text; undefined for null, objects, lists and what is absent. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** The scalars of a list as text. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(text).filter((item) => item !== undefined) : [];
}

/** Whether a scalar says true, in whatever case. */
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
