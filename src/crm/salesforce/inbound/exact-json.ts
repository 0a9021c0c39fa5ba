/** True bodies nest five levels. */
const MAX_LEVELS = 30;

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: 'json.broken' | 'json.too-deep'; readonly sentence: string };

/**
 * Parses JSON from outside; never throws, refuses deep nesting before anything recursive could walk it. An integer
 * beyond 2^53 comes as text with all its digits: `commitNumber` is one, and a rounded one names another commit.
 */
export function readExactJson(text: string): JsonReading {
  if (isTooDeep(text)) {
    return {
      ok: false,
      code: 'json.too-deep',
      sentence: `the body is nested deeper than ${MAX_LEVELS} levels, which no event is`,
    };
  }
  try {
    return { ok: true, value: JSON.parse(text, exact) };
  } catch {
    return {
      ok: false,
      code: 'json.broken',
      sentence: 'the body is no JSON; compare it with what the flow or the relay sends',
    };
  }
}

/** Where the engine does not tell the source, the value is left out: no number is better than a wrong one. */
function exact(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Math.abs(value) < 2 ** 53) return value;
  return context?.source;
}

function isTooDeep(text: string): boolean {
  let level = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      level += 1;
      if (level > MAX_LEVELS) return true;
    } else if (character === '}' || character === ']') level -= 1;
  }
  return false;
}

/** The same text for the same value, whatever the order of the keys. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(',')}}`;
}
