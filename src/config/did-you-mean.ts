/** The known word that was probably meant, or undefined when none is near. Case does not matter. */
export function didYouMean(given: string, known: readonly string[]): string | undefined {
  const lower = given.toLowerCase();
  let best: { word: string; distance: number } | undefined;
  for (const word of known) {
    const distance = editDistance(lower, word.toLowerCase());
    // A third of the word may differ, and at least one letter.
    const tolerated = Math.max(1, Math.floor(Math.max(word.length, given.length) / 3));
    if (distance <= tolerated && (best === undefined || distance < best.distance)) best = { word, distance };
  }
  return best?.word;
}

/** What to do instead of `given`: the near word if there is one, and otherwise all of them. */
export function suggest(given: string, known: readonly string[], otherwise: string): string {
  const near = didYouMean(given, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (known.length === 0) return otherwise;
  return `${otherwise}: ${known.join(', ')}`;
}

/** Insertions, deletions, replacements and swapped neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 10 || a.length > 60) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? Number.POSITIVE_INFINITY;
}
