const MAX_EXCERPT_LENGTH = 8_000;

/** True when lists and objects lie in one another more than `levels` deep. Walks without recursion: no stack to overflow. */
export function isNestedDeeperThan(value: unknown, levels: number): boolean {
  let layer: unknown[] = [value];
  for (let level = 0; layer.length > 0; level += 1) {
    const containers = layer.filter((each): each is object => typeof each === 'object' && each !== null);
    if (containers.length > 0 && level >= levels) return true;
    layer = containers.flatMap((container) => Object.values(container));
  }
  return false;
}

/** A part of a body as text, cut so that it can be stored. */
export function excerptOf(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, MAX_EXCERPT_LENGTH);
  try {
    return (JSON.stringify(value) ?? '').slice(0, MAX_EXCERPT_LENGTH);
  } catch {
    // JSON.stringify recurses, and a body may be nested deeper than the stack.
    return '(nested too deeply to be shown)';
  }
}
