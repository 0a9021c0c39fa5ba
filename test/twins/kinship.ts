/** When people could see, in the CRMs, that two records are one deal. */
export interface Kinship {
  /** The sync notes a link, or two records become one. */
  tie(tie: Tie): void;
  /** What makes the two one deal, from the one to the other; undefined when they are not. */
  between(a: string, b: string): readonly Tie[] | undefined;
  /** Records that are one deal, the record itself among them. */
  kinOf(record: string): readonly string[];
}

/** `a` names `b` of the other CRM, or became `b`. */
export interface Tie {
  readonly kind: 'link' | 'merge';
  readonly a: string;
  readonly b: string;
  readonly atMs: number;
}

/**
 * What is one deal, from what was done in the CRMs alone. Two records of the CRM that is to lead are two deals, unless they
 * became one record there; so a tie that would join two of them joins nothing.
 *
 * @param isToLead whether the record is one of the CRM that is to lead
 * @param isForgotten whether the CRMs do not show the tie any more, and the hub never heard of it: then nobody can know
 */
export function createKinship(isToLead: (record: string) => boolean, isForgotten: (tie: Tie) => boolean): Kinship {
  const ties: Tie[] = [];

  /** For each record how it hangs together with the others of its deal: no two ways lead from one to another. */
  function kin(): ReadonlyMap<string, ReadonlyMap<string, readonly Tie[]>> {
    const found = new Map<string, Map<string, readonly Tie[]>>();
    const heirs = new Map<string, string>();
    const kinOf = (record: string) => found.get(record) ?? new Map<string, readonly Tie[]>([[record, []]]);
    const heirOf = (record: string): string => {
      const heir = heirs.get(record);
      return heir === undefined ? record : heirOf(heir);
    };
    for (const tie of ties) {
      if (isForgotten(tie)) continue;
      if (tie.kind === 'merge' && isToLead(tie.a)) heirs.set(tie.a, tie.b);
      const [mine, theirs] = [kinOf(tie.a), kinOf(tie.b)];
      if (mine.has(tie.b)) continue;
      const opportunities = new Set([...mine.keys(), ...theirs.keys()].filter(isToLead).map(heirOf));
      if (opportunities.size > 1) continue;
      const joined = new Map<string, Map<string, readonly Tie[]>>();
      for (const [near, far, here, there] of [
        [tie.a, tie.b, mine, theirs],
        [tie.b, tie.a, theirs, mine],
      ] as const) {
        for (const record of here.keys()) {
          const way = kinOf(record).get(near) ?? [];
          const all = new Map(kinOf(record));
          for (const other of there.keys()) all.set(other, [...way, tie, ...(kinOf(far).get(other) ?? [])]);
          joined.set(record, all);
        }
      }
      for (const [record, all] of joined) found.set(record, all);
    }
    return found;
  }

  return {
    tie: (tie) => void ties.push(tie),
    between: (a, b) => kin().get(a)?.get(b),
    kinOf: (record) => [...(kin().get(record)?.keys() ?? [record])],
  };
}
