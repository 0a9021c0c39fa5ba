/** The process died: nothing after this line ran. */
export class ProcessDied extends Error {}

export interface Mortality {
  /** Calls seen so far, over everything that was made mortal with it. */
  calls: number;
  /** Dies at this call (1 is the first); 0 never. */
  diesAt: number;
  /** `before` the call takes effect, or `after` it did and before its answer arrived. */
  when: 'before' | 'after';
  dead: boolean;
}

/** Makes every method of a part count and, at the chosen call, die with the process: later calls of it do nothing either. */
export function mortal<Part extends object>(part: Part, mortality: Mortality): Part {
  return new Proxy(part, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...parameters: unknown[]) => {
        if (mortality.dead) return Promise.reject(new ProcessDied());
        mortality.calls += 1;
        const dies = mortality.calls === mortality.diesAt;
        if (dies && mortality.when === 'before') {
          mortality.dead = true;
          return Promise.reject(new ProcessDied());
        }
        const result: unknown = Reflect.apply(member, target, parameters);
        if (!dies) return result;
        mortality.dead = true;
        return Promise.resolve(result).then(() => {
          throw new ProcessDied();
        });
      };
    },
  });
}
