/**
 * SQS takes the characters of XML 1.0 only ("SendMessage", message body), so U+FFFE and U+FFFF are refused, and the
 * embedded queue refuses characters beyond the basic plane as well. In JSON text all of these can only stand inside
 * strings, where an escape means the same.
 */
export function toSqsBody(json: string): string {
  return json.replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
