/** A literal in a condition. */
export type Literal =
  | { readonly kind: 'string'; readonly text: string; readonly pattern: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'date'; readonly text: string }
  | { readonly kind: 'datetime'; readonly atMs: number };

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

/** A field, or a way to one: `Account.Name`. */
export type Path = readonly string[];

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly path: Path; readonly operator: Operator; readonly literal: Literal }
  | { readonly kind: 'in'; readonly path: Path; readonly negated: boolean; readonly literals: readonly Literal[] }
  | { readonly kind: 'in-query'; readonly path: Path; readonly negated: boolean; readonly query: Query };

export type Selected =
  | { readonly kind: 'field'; readonly path: Path; readonly toLabel: boolean }
  | { readonly kind: 'children'; readonly query: Query };

export interface Order {
  readonly path: Path;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

export interface Query {
  /** `count`: SELECT COUNT(). */
  readonly select: 'count' | readonly Selected[];
  /** An object, or in a child query a relationship. */
  readonly from: string;
  readonly where: Condition | undefined;
  readonly orderBy: readonly Order[];
  readonly limit: number | undefined;
  readonly offset: number;
}
