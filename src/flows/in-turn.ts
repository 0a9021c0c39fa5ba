/** The end of the line for each key, by whatever the turns are about. */
const lines = new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * Within this process, work of the same key is done one after the other: what would only take each other's version does
 * not begin at once. Between processes conditional writes decide.
 *
 * @param about what the key belongs to, such as the store that is written
 */
export function inTurn<T>(about: object, key: string, work: () => Promise<T>): Promise<T> {
  const line = lines.get(about) ?? new Map<string, Promise<unknown>>();
  lines.set(about, line);
  const mine = (line.get(key) ?? Promise.resolve()).then(work, work);
  line.set(key, mine);
  const leave = () => {
    if (line.get(key) === mine) line.delete(key);
  };
  mine.then(leave, leave);
  return mine;
}
