import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Finding } from './config-problem.ts';
import type { Path } from './path.ts';

/** More than any configuration needs; aliases count at every use, so that a few of them cannot grow without end. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 20;
const MAX_SYNTAX_ERRORS = 10;

const TOO_DEEP = {
  wrong: `the file is nested more than ${MAX_DEPTH} levels deep`,
  right: 'nest the blocks as in the sample',
};

export interface YamlFile {
  readonly data: unknown;
  /** Position from 1 of the value at `path` or of its key; of the nearest thing around it where it is absent. */
  locate(path: Path, atKey?: boolean): { readonly line: number; readonly column: number };
}

export type YamlResult =
  | { readonly ok: true; readonly file: YamlFile; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly errors: readonly { line: number; column: number; wrong: string; right: string }[] };

/**
 * Reads YAML 1.2 into plain data and remembers where everything stands. Keys are always text. Refused: broken YAML,
 * several documents, keys given twice, `__proto__`, tags, nesting and aliases beyond what a configuration needs.
 */
export function readYaml(text: string): YamlResult {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: false });
  } catch {
    // The parser is recursive: nesting beyond its stack ends here.
    return { ok: false, errors: [{ line: 1, column: 1, ...TOO_DEEP }] };
  }
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    const errors = broken.map((error) => ({ ...at(error.pos[0]), ...explainSyntax(error.code, error.message) }));
    // One mistake makes many errors; the first of each line is the telling one.
    const firsts = errors.filter((error, index) => errors.findIndex((each) => each.line === error.line) === index);
    return { ok: false, errors: firsts.slice(0, MAX_SYNTAX_ERRORS) };
  }
  const findings: Finding[] = [];
  const reader = createReader(document, findings);
  try {
    const data = reader.read(document.contents, [], 0);
    return {
      ok: true,
      findings,
      file: { data, locate: (path, atKey = false) => at(locate(document, path, atKey)) },
    };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { ok: false, errors: [{ line: 1, column: 1, wrong: error.message, right: error.right }] };
  }
}

class TooMuch extends Error {
  readonly right: string;

  constructor(wrong: string, right: string) {
    super(wrong);
    this.right = right;
  }
}

function createReader(document: Document.Parsed, findings: Finding[]) {
  let nodes = 0;

  function read(node: unknown, path: Path, depth: number): unknown {
    nodes += 1;
    if (nodes > MAX_NODES) {
      throw new TooMuch(`the file has more than ${MAX_NODES} values`, 'use fewer aliases, or split what is repeated');
    }
    if (depth > MAX_DEPTH) {
      throw new TooMuch(TOO_DEEP.wrong, TOO_DEEP.right);
    }
    if (isAlias(node)) {
      const target = node.resolve(document);
      if (target !== undefined) return read(target, path, depth + 1);
      const right = `mark what it should repeat with "&${node.source}", further up in the file`;
      findings.push({ path, wrong: `"*${node.source}" repeats something that the file does not have`, right });
      return null;
    }
    if (isMap(node)) {
      const data: Record<string, unknown> = {};
      for (const { key, value } of node.items) {
        const name = keyText(key);
        if (name === undefined || name === '__proto__') {
          const wrong = name === undefined ? 'a key here is not plain text' : '"__proto__" is not allowed as a key';
          findings.push({ path: name === undefined ? path : [...path, name], atKey: true, wrong, right: 'remove it' });
        } else if (Object.hasOwn(data, name)) {
          const wrong = `"${name}" is given twice`;
          findings.push({ path: [...path, name], atKey: true, wrong, right: 'keep one of the two' });
        } else {
          data[name] = read(value, [...path, name], depth + 1);
        }
      }
      return data;
    }
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index], depth + 1));
    if (!isScalar(node)) return null;
    const odd = oddNumber(node);
    if (odd !== undefined) {
      findings.push({
        path,
        wrong: `${odd} would be read as the number ${String(node.value)}`,
        right: `write "${odd}" in quotes if it is an id, or the plain number`,
      });
    }
    return node.value;
  }

  return { read };
}

/** Text of a key as it is written: `1100000001:` and `"1100000001":` are the same key. */
function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  if (typeof key.value === 'string') return key.value;
  return key.source ?? (key.value === null ? undefined : String(key.value));
}

/** Whole numbers that would not survive: leading zeros, hexadecimal, beyond 2^53. */
function oddNumber(node: { value: unknown; source?: string | undefined }): string | undefined {
  const { source, value } = node;
  if (typeof value !== 'number' || source === undefined || /[.eE]/.test(source.replace(/^0x.*/, ''))) return undefined;
  return String(value) === source && Number.isSafeInteger(value) ? undefined : source;
}

function locate(document: Document.Parsed, path: Path, atKey: boolean): number {
  let node: unknown = document.contents;
  let found = startOf(document.contents) ?? 0;
  let keyAt: number | undefined;
  for (const [index, part] of path.entries()) {
    // What an alias holds is written elsewhere, perhaps for several places: the alias is where this one can be mended.
    if (isAlias(node)) return found;
    let next: unknown;
    keyAt = undefined;
    if (isMap(node)) {
      // The last one: of a key that is given twice, the second is the mistake.
      const pair = node.items.findLast((each) => keyText(each.key) === String(part));
      next = pair?.value;
      keyAt = startOf(pair?.key);
      if (pair !== undefined && next === null) next = pair.key;
    } else if (isSeq(node) && typeof part === 'number') {
      next = node.items[part];
    }
    if (next === undefined || next === null) return found;
    const last = index === path.length - 1;
    const value = startOf(next);
    // A problem of a whole block is best shown at the key that opens it.
    const isBlock = isMap(next) || isSeq(next);
    found = (last && !atKey && !isBlock ? (value ?? keyAt) : (keyAt ?? value)) ?? found;
    node = next;
  }
  return found;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function explainSyntax(code: string, message: string): { wrong: string; right: string } {
  const wrong = `not valid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  if (message.includes('call stack')) return TOO_DEEP;
  switch (code) {
    case 'DUPLICATE_KEY':
      return { wrong: 'a key is given twice in the same block', right: 'keep one of the two' };
    case 'TAB_AS_INDENT':
      return { wrong: 'a tab is used for indentation', right: 'indent with spaces' };
    case 'TAG_RESOLVE_FAILED':
      return { wrong, right: 'remove the tag (the word that begins with "!")' };
    case 'MULTIPLE_DOCS':
      return { wrong: 'the file holds several YAML documents', right: 'remove the line "---" between them' };
    default:
      return { wrong, right: 'check indentation, colons and quotes of this line and the one before' };
  }
}
