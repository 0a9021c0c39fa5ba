/** Where a task or file carries the key of the effect that made it, when there is no field for it. */
const MARKER = /\[stagepost:([^\]\r\n]{1,600})\]/g;

/** Adds the key as the last line of a plain text; cuts the text where both together would be too long for the field. */
export function withMarker(plain: string, effectKey: string, maxLength: number): string {
  const line = `[stagepost:${effectKey}]`;
  const text = cutText(plain, maxLength - line.length - 1).trimEnd();
  return text === '' ? line : `${text}\n${line}`;
}

/** The key in the last marker of a text: an earlier one may be part of what a person wrote. */
export function markerOf(plain: string | undefined): string | undefined {
  return [...(plain ?? '').matchAll(MARKER)].at(-1)?.[1];
}

/** At most so many UTF-16 units, and no half of a character at the end. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '');
}
