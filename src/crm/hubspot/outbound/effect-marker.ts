/** Where a task or note carries the key of the effect that made it, when there is no property for it. */
const MARKER = /\[stagepost:([^\]\r\n]{1,600})\]/g;

/** Plain text as HubSpot's rich text fields show it unchanged. */
export function richText(plain: string): string {
  return escapeHtml(plain).replaceAll(/\r?\n/g, '<br>');
}

/** Adds the key as the last line of a rich text. */
export function withMarker(html: string, effectKey: string): string {
  const line = `[stagepost:${escapeHtml(effectKey)}]`;
  return html === '' ? line : `${html}<br>${line}`;
}

/** The key in the last marker of a rich text: an earlier one may be part of what a person wrote. */
export function markerOf(html: string | undefined): string | undefined {
  const last = [...(html ?? '').matchAll(MARKER)].at(-1);
  return last?.[1] === undefined ? undefined : unescapeHtml(last[1]);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function unescapeHtml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&gt;', '>').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
