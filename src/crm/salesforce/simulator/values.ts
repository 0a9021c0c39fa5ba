/** A field's value as the REST API has it: dates as `2026-11-23`, times as `2026-11-23T10:00:00.000+0000`. */
export type FieldValue = string | number | boolean | null;

export type Fields = Readonly<Record<string, FieldValue>>;
