/** A piece of a source file with the line it starts on, from 1. */
export interface Piece {
  readonly text: string;
  readonly line: number;
}

export interface Scanned {
  /** The source without comments; every string, template text and regular expression is `"<index>"` into `strings`. */
  readonly code: string;
  readonly strings: readonly Piece[];
  readonly comments: readonly Piece[];
  readonly lines: number;
}

/** After these words a slash begins a regular expression, although they look like a value. */
const BEFORE_REGEX = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'else',
  'do',
  'await',
  'yield',
]);

/**
 * Splits a TypeScript source into code, strings and comments, so that rules can look at one without seeing the others.
 * Not a parser: it knows just enough of the language to tell where strings, templates, regular expressions and
 * comments begin and end.
 */
export function scanSource(source: string): Scanned {
  const strings: Piece[] = [];
  const comments: Piece[] = [];
  let code = '';
  let line = 1;
  let at = 0;
  /** Depth of braces at which each open `${` of a template ends. */
  const templates: number[] = [];
  let depth = 0;

  const advance = (to: number): string => {
    const text = source.slice(at, to);
    for (const character of text) if (character === '\n') line += 1;
    at = to;
    return text;
  };
  const addString = (text: string, startedAt: number): void => {
    code += `"${strings.length}"`;
    strings.push({ text, line: startedAt });
    // Keeps code's line numbers equal to the source's.
    code += '\n'.repeat(text.split('\n').length - 1);
  };
  const readTemplate = (): void => {
    const startedAt = line;
    let end = at;
    while (end < source.length && source[end] !== '`' && !(source[end] === '$' && source[end + 1] === '{')) {
      end += source[end] === '\\' ? 2 : 1;
    }
    addString(advance(end), startedAt);
    if (source[end] === '`') advance(end + 1);
    else {
      code += ' ${';
      advance(end + 2);
      templates.push(depth);
      depth += 1;
    }
  };

  while (at < source.length) {
    const character = source[at] ?? '';
    const next = source[at + 1];
    if (character === '/' && (next === '/' || next === '*')) {
      const startedAt = line;
      const close = next === '/' ? source.indexOf('\n', at) : source.indexOf('*/', at + 2);
      const text = advance(close < 0 ? source.length : next === '/' ? close : close + 2);
      comments.push({ text, line: startedAt });
      code += ` ${'\n'.repeat(text.split('\n').length - 1)}`;
    } else if (character === "'" || character === '"') {
      const startedAt = line;
      let end = at + 1;
      while (end < source.length && source[end] !== character && source[end] !== '\n') {
        end += source[end] === '\\' ? 2 : 1;
      }
      const text = advance(Math.min(end + 1, source.length));
      addString(text.slice(1, -1), startedAt);
    } else if (character === '`') {
      advance(at + 1);
      readTemplate();
    } else if (character === '/' && startsRegex(code)) {
      const startedAt = line;
      addString(advance(endOfRegex(source, at)), startedAt);
    } else {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      code += advance(at + 1);
      if (character === '}' && templates.at(-1) === depth) {
        templates.pop();
        readTemplate();
      }
    }
  }
  return { code, strings, comments, lines: source.split('\n').length - (source.endsWith('\n') ? 1 : 0) };
}

function startsRegex(codeBefore: string): boolean {
  const before = codeBefore.trimEnd();
  const last = before.at(-1);
  if (last === undefined) return true;
  const word = /[\w$]+$/.exec(before)?.[0];
  if (word !== undefined) return BEFORE_REGEX.has(word);
  return !')]}"'.includes(last);
}

function endOfRegex(source: string, start: number): number {
  let end = start + 1;
  let inClass = false;
  while (end < source.length && source[end] !== '\n' && (inClass || source[end] !== '/')) {
    if (source[end] === '[') inClass = true;
    if (source[end] === ']') inClass = false;
    end += source[end] === '\\' ? 2 : 1;
  }
  end += 1;
  while (/[a-z]/.test(source[end] ?? '')) end += 1;
  return end;
}
