/** An item as DynamoDB stores it. */
export type WireItem = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** The same, readable: `d` holds JSON text in the table and is shown as the value that the text says. */
export interface RawItem {
  readonly pk: string;
  readonly sk: string;
  readonly [attribute: string]: unknown;
}

const DATA = 'd';

export function fromWire(item: WireItem): RawItem {
  const attributes = Object.entries(item).map(([name, { S, N }]): [string, unknown] => {
    if (name === DATA) return [name, JSON.parse(S ?? '')];
    return [name, N === undefined ? S : Number(N)];
  });
  return Object.fromEntries(attributes) as unknown as RawItem;
}

/** Numbers were numbers and texts were texts; every item of every version keeps to that. */
export function toWire(item: RawItem): WireItem {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      if (name === DATA) return [name, { S: JSON.stringify(value) }];
      return [name, typeof value === 'number' ? { N: String(value) } : { S: String(value) }];
    }),
  );
}

/** What an item is, from its key alone. */
export function kindOf({ pk, sk }: { readonly pk: string; readonly sk: string }): string {
  const first = pk.split('#')[0] ?? '';
  const second = first === 'CONNECTION' ? sk : (sk.split('#')[0] ?? '');
  return `${first}/${second}`;
}
