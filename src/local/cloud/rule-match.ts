function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Exact matching of EventBridge patterns ("Amazon EventBridge event patterns"): every named field must be there; a list
 * in the pattern holds the accepted values, and a list in the event matches when it holds one of them.
 */
export function matchesPattern(pattern: object, event: unknown): boolean {
  if (!isRecord(event)) return false;
  return Object.entries(pattern).every(([name, accepted]) => {
    const value = event[name];
    if (!Array.isArray(accepted)) return isRecord(accepted) && matchesPattern(accepted, value);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.some((each) => accepted.includes(each));
  });
}
