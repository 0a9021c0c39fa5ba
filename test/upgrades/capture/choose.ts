/** Fields whose values are told apart, not only that they are there. */
const TOLD_APART = /(?:^|\.)(?:state|mode|kind|what|event|endedBy|source|type|priority|do|v|changeType)$/;
/** Maps whose keys are data. */
const MAPS = /(?:facts|ignored|again|headers|stages|properties|settings|tabs)$/;

/** What can be found in a value: the path of every field, and of some the value. */
export function featuresOf(value: unknown, path = ''): ReadonlySet<string> {
  const features = new Set<string>();
  const visit = (each: unknown, at: string): void => {
    if (Array.isArray(each)) {
      features.add(`${at}[${each.length === 0 ? 'none' : ''}]`);
      for (const one of each) visit(one, `${at}[]`);
    } else if (typeof each === 'object' && each !== null) {
      for (const [name, inner] of Object.entries(each)) visit(inner, MAPS.test(at) ? `${at}.*` : `${at}.${name}`);
    } else {
      if (TOLD_APART.test(at)) features.add(`${at}=${String(each)}`);
      else features.add(/(?:^|\.)attempt$/.test(at) && Number(each) > 0 ? `${at} more` : at);
    }
  };
  visit(value, path);
  return features;
}

/** The fewest and shortest of the values that together have every feature of them all. */
export function chooseFew<T>(values: readonly T[], look: (value: T) => unknown = (value) => value): readonly T[] {
  const left = values.map((value) => {
    const seen = look(value);
    return { value, features: featuresOf(seen), size: JSON.stringify(seen).length };
  });
  const missing = new Set(left.flatMap(({ features }) => [...features]));
  const chosen: T[] = [];
  while (missing.size > 0) {
    const worth = ({ features, size }: (typeof left)[number]) => {
      const news = [...features].filter((feature) => missing.has(feature)).length;
      return news / (size + 400);
    };
    const best = left.reduce((one, other) => (worth(other) > worth(one) ? other : one));
    for (const feature of best.features) missing.delete(feature);
    chosen.push(best.value);
  }
  return chosen;
}
