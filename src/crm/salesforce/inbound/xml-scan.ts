/** An Outbound Message nests six levels. */
const MAX_LEVELS = 30;

export interface XmlProblem {
  readonly code: 'xml.broken' | 'xml.doctype' | 'xml.too-deep';
  readonly sentence: string;
}

const NAME_PART = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_.·-]*`;
const NAME = `${NAME_PART}(?::${NAME_PART})?`;
const SPACE = String.raw`[ \t\r\n]`;
const DECLARATION = new RegExp(`<\\?xml(${SPACE}[^<>?]*)?\\?>`, 'y');
const OPENING = new RegExp(`<(${NAME})`, 'uy');
const ATTRIBUTE = new RegExp(`${SPACE}+(${NAME})${SPACE}*=${SPACE}*(?:"([^"<]*)"|'([^'<]*)')`, 'uy');
const OPENING_END = new RegExp(`${SPACE}*(/?)>`, 'y');
const CLOSING = new RegExp(`</(${NAME})${SPACE}*>`, 'uy');
const MARKUP_DECLARATION = /<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/iy;
/** What XML 1.0 allows as a character ("Extensible Markup Language", production Char). */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/y;

/**
 * Walks through the text once, without recursion, and says what forbids to parse it: undefined for well-formed XML that
 * declares no types and entities, has no processing instructions and nests no deeper than 30 levels. What passes means
 * the same to every parser.
 */
export function xmlProblem(text: string): XmlProblem | undefined {
  if (NO_CHARACTER.test(text)) return broken('it holds characters that XML does not know');
  const open: string[] = [];
  let hasRoot = false;
  const declaration = matchAt(DECLARATION, text, 0);
  if (/encoding\s*=\s*["'](?!utf-8|us-ascii)/i.test(declaration?.[1] ?? '')) return broken('it is not in UTF-8');
  let at = declaration?.[0].length ?? 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const words = text.slice(at, next < 0 ? text.length : next);
    if (open.length === 0 && words.trim() !== '') return broken('text stands outside of its root element');
    if (hasWrongReference(words)) return broken('it refers to an entity that nobody declared');
    if (next < 0) break;
    at = next;
    const skipped = endOfHidden(text, at, open.length > 0);
    if (skipped === 'unfinished') return broken('it ends within a comment or a CDATA section');
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    if (matchAt(MARKUP_DECLARATION, text, at) !== null) {
      return {
        code: 'xml.doctype',
        sentence: 'the message declares a document type or entities; Salesforce never does, find out who sent it',
      };
    }
    if (text.startsWith('</', at)) {
      const closing = matchAt(CLOSING, text, at);
      if (closing === null || open.pop() !== closing[1]) return broken('its tags do not match');
      at += closing[0].length;
      continue;
    }
    if (open.length === 0 && hasRoot) return broken('it has more than one root element');
    const opening = readOpening(text, at);
    if (opening === undefined) return broken('one of its tags is not well-formed');
    hasRoot = true;
    at = opening.end;
    if (opening.isEmpty) continue;
    open.push(opening.name);
    if (open.length > MAX_LEVELS) {
      return {
        code: 'xml.too-deep',
        sentence: `the message is nested deeper than ${MAX_LEVELS} levels, deeper than any of Salesforce's`,
      };
    }
  }
  if (!hasRoot) return broken('there is no element in it');
  return open.length === 0 ? undefined : broken('it is cut off');
}

/** Where a comment or a CDATA section ends that begins here; undefined when none begins. */
function endOfHidden(text: string, at: number, isInElement: boolean): number | 'unfinished' | undefined {
  const isComment = text.startsWith('<!--', at);
  if (!isComment && !(isInElement && text.startsWith('<![CDATA[', at))) return undefined;
  const end = isComment ? text.indexOf('-->', at + 4) : text.indexOf(']]>', at + 9);
  return end < 0 ? 'unfinished' : end + 3;
}

function readOpening(text: string, at: number): { name: string; isEmpty: boolean; end: number } | undefined {
  const opening = matchAt(OPENING, text, at);
  if (opening === null) return undefined;
  let end = at + opening[0].length;
  const names = new Set<string>();
  for (let found = matchAt(ATTRIBUTE, text, end); found !== null; found = matchAt(ATTRIBUTE, text, end)) {
    const [whole, name = '', inDouble, inSingle] = found;
    if (names.has(name) || hasWrongReference(inDouble ?? inSingle ?? '')) return undefined;
    names.add(name);
    end += whole.length;
  }
  const closing = matchAt(OPENING_END, text, end);
  if (closing === null) return undefined;
  return { name: opening[1] ?? '', isEmpty: closing[1] === '/', end: end + closing[0].length };
}

function hasWrongReference(words: string): boolean {
  for (let at = words.indexOf('&'); at >= 0; at = words.indexOf('&', at + 1)) {
    const reference = matchAt(REFERENCE, words, at);
    if (reference === null) return true;
    const [, decimal, hex] = reference;
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined && (code > 0x10ffff || NO_CHARACTER.test(String.fromCodePoint(code)))) return true;
  }
  return false;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function broken(what: string): XmlProblem {
  return {
    code: 'xml.broken',
    sentence: `the message is no XML that can be read: ${what}; compare it with what Salesforce shows as sent`,
  };
}
