/** The element that may hold the session of a user, with whatever prefix; without its end when the text was cut off. */
const SESSION_ELEMENT =
  /<(?:[^\s<>/:]+:)?SessionId(?![^\s/>])[^<>]*?(?:\/>|>[\s\S]*?(?:<\/(?:[^\s<>/:]+:)?SessionId\s*>|$))/gi;

/** What a session id looks like, wherever it stands: the id of an org, be it damaged, an exclamation mark, a long rest. */
const SESSION_SHAPE = /[A-Za-z0-9]{12,18}![\w.+/=-]{8,}/g;

/**
 * The text without session ids: a session opens the API of the org to whoever reads it (Salesforce, "Considerations for
 * Security" of Outbound Messages), so it is kept nowhere. Takes time in proportion to the text.
 */
export function withoutSessionId(text: string): string {
  return text
    .replace(SESSION_ELEMENT, '<SessionId>(removed)</SessionId>')
    .replace(SESSION_SHAPE, '(session id removed)');
}
