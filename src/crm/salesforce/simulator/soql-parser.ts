import { malformedQuery, type Token, tokensOf } from './soql-lexer.ts';
import type { Condition, Literal, Operator, Order, Path, Query, Selected } from './soql-types.ts';
import { isDate, parseTime } from './times.ts';

const COMPARISONS: readonly string[] = ['=', '!=', '<>', '<', '<=', '>', '>='];

/** The part of SOQL that integrations use (SOQL and SOSL Reference). Throws MALFORMED_QUERY for anything else. */
export function parseSoql(soql: string): Query {
  const tokens = tokensOf(soql);
  let at = 0;

  const peek = (ahead = 0): Token | undefined => tokens[at + ahead];
  const unexpected = () => malformedQuery(`unexpected token: '${peek()?.text ?? '<EOF>'}'`);
  const isWord = (word: string, ahead = 0) => {
    const token = peek(ahead);
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  };
  const isSymbol = (symbol: string, ahead = 0) => {
    const token = peek(ahead);
    return token?.kind === 'symbol' && token.text === symbol;
  };
  function next(): Token {
    const token = peek();
    if (token === undefined) throw unexpected();
    at += 1;
    return token;
  }
  function accept(matches: boolean): boolean {
    if (matches) at += 1;
    return matches;
  }
  function expectWord(word: string): void {
    if (!accept(isWord(word))) throw unexpected();
  }
  function expectSymbol(symbol: string): void {
    if (!accept(isSymbol(symbol))) throw unexpected();
  }
  function word(): string {
    if (peek()?.kind !== 'word') throw unexpected();
    return next().text;
  }
  const path = (): Path => word().split('.');
  function count(): number {
    const token = next();
    if (token.kind !== 'number' || !/^\d+$/.test(token.text)) throw malformedQuery(`unexpected token: '${token.text}'`);
    return Number(token.text);
  }

  function selected(): Selected {
    if (accept(isSymbol('('))) {
      const children = query();
      expectSymbol(')');
      return { kind: 'children', query: children };
    }
    const isLabel = isWord('TOLABEL') && isSymbol('(', 1);
    if (!isLabel) return { kind: 'field', path: path(), toLabel: false };
    at += 2;
    const of = path();
    expectSymbol(')');
    return { kind: 'field', path: of, toLabel: true };
  }

  function literal(): Literal {
    const token = next();
    switch (token.kind) {
      case 'string':
        return { kind: 'string', text: token.text, pattern: token.pattern };
      case 'number':
        return { kind: 'number', value: Number(token.text) };
      case 'time': {
        if (isDate(token.text)) return { kind: 'date', text: token.text };
        const atMs = parseTime(token.text);
        if (atMs === undefined) throw malformedQuery(`Invalid date: ${token.text}`);
        return { kind: 'datetime', atMs };
      }
      case 'word':
        if (/^(?:true|false)$/i.test(token.text)) return { kind: 'boolean', value: /^true$/i.test(token.text) };
        if (/^null$/i.test(token.text)) return { kind: 'null' };
        throw malformedQuery(`unexpected token: '${token.text}'`);
      case 'symbol':
        throw malformedQuery(`unexpected token: '${token.text}'`);
      default:
        return token satisfies never;
    }
  }

  function membership(of: Path, negated: boolean): Condition {
    expectSymbol('(');
    if (isWord('SELECT')) {
      const inner = query();
      expectSymbol(')');
      return { kind: 'in-query', path: of, negated, query: inner };
    }
    const literals = [literal()];
    while (accept(isSymbol(','))) literals.push(literal());
    expectSymbol(')');
    return { kind: 'in', path: of, negated, literals };
  }

  function comparison(): Condition {
    const of = path();
    if (accept(isWord('IN'))) return membership(of, false);
    if (isWord('NOT') && isWord('IN', 1)) {
      at += 2;
      return membership(of, true);
    }
    const token = next();
    if (token.kind === 'word' && token.text.toUpperCase() === 'LIKE') {
      return { kind: 'compare', path: of, operator: 'LIKE', literal: literal() };
    }
    if (token.kind !== 'symbol' || !COMPARISONS.includes(token.text)) {
      throw malformedQuery(`unexpected token: '${token.text}'`);
    }
    const operator = (token.text === '<>' ? '!=' : token.text) as Operator;
    return { kind: 'compare', path: of, operator, literal: literal() };
  }

  function term(): Condition {
    if (accept(isWord('NOT'))) return { kind: 'not', part: term() };
    if (!accept(isSymbol('('))) return comparison();
    const inner = condition();
    expectSymbol(')');
    return inner;
  }

  /** AND and OR side by side need parentheses, as in the real thing. */
  function condition(): Condition {
    const parts = [term()];
    const joins = new Set<'and' | 'or'>();
    for (;;) {
      if (accept(isWord('AND'))) joins.add('and');
      else if (accept(isWord('OR'))) joins.add('or');
      else break;
      if (joins.size > 1) throw malformedQuery('unexpected token: AND and OR need parentheses when they are mixed');
      parts.push(term());
    }
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    return { kind: joins.has('and') ? 'and' : 'or', parts };
  }

  function order(): Order {
    const of = path();
    const descending = accept(isWord('DESC'));
    if (!descending) accept(isWord('ASC'));
    if (!accept(isWord('NULLS'))) return { path: of, descending, nullsLast: false };
    if (accept(isWord('LAST'))) return { path: of, descending, nullsLast: true };
    expectWord('FIRST');
    return { path: of, descending, nullsLast: false };
  }

  function listOf<T>(one: () => T): T[] {
    const list = [one()];
    while (accept(isSymbol(','))) list.push(one());
    return list;
  }

  function query(): Query {
    expectWord('SELECT');
    const isCount = isWord('COUNT') && isSymbol('(', 1) && isSymbol(')', 2);
    if (isCount) at += 3;
    const select = isCount ? 'count' : listOf(selected);
    expectWord('FROM');
    const from = word();
    const where = accept(isWord('WHERE')) ? condition() : undefined;
    let orderBy: Order[] = [];
    if (accept(isWord('ORDER'))) {
      expectWord('BY');
      orderBy = listOf(order);
    }
    const limit = accept(isWord('LIMIT')) ? count() : undefined;
    const offset = accept(isWord('OFFSET')) ? count() : 0;
    return { select, from, where, orderBy, limit, offset };
  }

  const parsed = query();
  if (peek() !== undefined) throw unexpected();
  return parsed;
}
