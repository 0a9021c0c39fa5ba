import { badRequest } from './failures.ts';

export type Token =
  | { readonly kind: 'word' | 'number' | 'time' | 'symbol'; readonly text: string; readonly at: number }
  /** `text` has its escapes resolved; `pattern` keeps those of LIKE. */
  | { readonly kind: 'string'; readonly text: string; readonly pattern: string; readonly at: number };

const TIME = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2}))?/y;
const NUMBER = /[+-]?\d+(?:\.\d+)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y;
const SYMBOL = /<=|>=|!=|<>|[=<>(),:]/y;
const SPACE = /\s+/y;

/** Escapes of string literals (SOQL and SOSL Reference, "Quoted String Escape Sequences"). */
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
  _: '_',
  '%': '%',
};

export function malformedQuery(message: string): Error {
  return badRequest('MALFORMED_QUERY', message);
}

/** Throws MALFORMED_QUERY for what is no SOQL. */
export function tokensOf(soql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(soql)?.[0];
  };
  while (at < soql.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    if (soql[at] === "'") {
      const string = stringAt(soql, at);
      tokens.push({ kind: 'string', text: string.text, pattern: string.pattern, at });
      at = string.end;
      continue;
    }
    const kinds = [
      ['time', TIME],
      ['number', NUMBER],
      ['word', WORD],
      ['symbol', SYMBOL],
    ] as const;
    const found = kinds
      .map(([kind, pattern]) => ({ kind, text: take(pattern) }))
      .find(({ text }) => text !== undefined);
    if (found?.text === undefined) throw malformedQuery(`unexpected token: '${soql.charAt(at)}' at position ${at}`);
    tokens.push({ kind: found.kind, text: found.text, at });
    at += found.text.length;
  }
  return tokens;
}

function stringAt(soql: string, start: number): { text: string; pattern: string; end: number } {
  let text = '';
  let pattern = '';
  for (let at = start + 1; at < soql.length; at += 1) {
    const character = soql.charAt(at);
    if (character === "'") return { text, pattern, end: at + 1 };
    if (character !== '\\') {
      text += character;
      pattern += character;
      continue;
    }
    at += 1;
    const letter = soql.charAt(at);
    if (/^u[0-9A-Fa-f]{4}$/.test(soql.slice(at, at + 5))) {
      const code = String.fromCharCode(Number.parseInt(soql.slice(at + 1, at + 5), 16));
      text += code;
      pattern += code;
      at += 4;
      continue;
    }
    const meant = ESCAPES[letter.toLowerCase()];
    if (meant === undefined) throw malformedQuery(`Illegal character sequence '\\${letter}' in string literal`);
    text += meant;
    pattern += letter === '%' || letter === '_' || letter === '\\' ? `\\${meant}` : meant;
  }
  throw malformedQuery(`line 1:${soql.length} mismatched character '<EOF>' expecting '''`);
}
