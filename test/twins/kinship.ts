/** When people could see, in the CRMs, that two records are one deal. */
export interface Kinship {
  /** The sync notes a link, or two records become one. */
  tie(kind: 'link' | 'merge', a: string, b: string, atMs: number): void;
  /** Since when the two are one deal, and by what; undefined when they are not. */
  since(a: string, b: string): Since | undefined;
  /** Records that are one deal, the record itself among them. */
  kinOf(record: string): readonly string[];
}

export interface Since {
  readonly atMs: number;
  readonly kind: 'link' | 'merge';
}

/**
 * What is one deal, from what was done in the CRMs alone. Two records of the CRM that is to lead are two deals, unless they
 * became one record there; so a tie that would join two of them joins nothing.
 */
export function createKinship(isToLead: (record: string) => boolean): Kinship {
  const groups = new Map<string, Set<string>>();
  const heirs = new Map<string, string>();
  const known = new Map<string, Since>();

  const groupOf = (record: string): Set<string> => {
    const group = groups.get(record) ?? new Set([record]);
    groups.set(record, group);
    return group;
  };
  const heirOf = (record: string): string => {
    const heir = heirs.get(record);
    return heir === undefined ? record : heirOf(heir);
  };
  const keyOf = (a: string, b: string) => [a, b].sort().join(' ');

  return {
    tie(kind, a, b, atMs) {
      if (kind === 'merge' && isToLead(a)) heirs.set(a, b);
      const [mine, theirs] = [groupOf(a), groupOf(b)];
      if (mine === theirs) return;
      const opportunities = new Set([...mine, ...theirs].filter(isToLead).map(heirOf));
      if (opportunities.size > 1) return;
      for (const one of mine) for (const other of theirs) known.set(keyOf(one, other), { atMs, kind });
      const all = new Set([...mine, ...theirs]);
      for (const record of all) groups.set(record, all);
    },
    since: (a, b) => known.get(keyOf(a, b)),
    kinOf: (record) => [...groupOf(record)],
  };
}
