import type { CrmPort } from '../../src/crm/crm-port.ts';
import { HubError } from '../../src/domain/errors.ts';
import type { WorkerParts } from '../../src/flows/parts.ts';
import { mortal, ProcessDied } from '../fakes/mortal.ts';

/** What goes wrong in the hub's own house: parts of all calls, and of all pieces of work. */
export interface Faults {
  /** A call of the store, the bus or the inbox fails, before or after it took effect. */
  readonly fails: number;
  /** The process dies somewhere in the middle; its message comes back when the queue shows it again. */
  readonly dies: number;
}

/** The part, each of whose calls may fail and can be tried again. */
export function flaky<T extends object>(part: T, fails: number, random: () => number, onFail: () => void): T {
  if (fails === 0) return part;
  return new Proxy(part, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const chance = random() / fails;
        if (chance >= 1) return Reflect.apply(member, target, args);
        onFail();
        // The second half: it took effect, and the answer was lost.
        if (chance >= 0.5) await Reflect.apply(member, target, args);
        throw new HubError('store.unavailable', `no answer to ${String(name)}`, {
          retry: { afterMs: 1000 + Math.floor(chance * 8000) },
          done: 'unknown',
        });
      };
    },
  });
}

const LATEST_CALL = 40;
/** After these it hurts most: something is decided, and what follows from it is not written yet. */
const TURNING_POINTS = ['claimRecord', 'claimAlias', 'saveDeal', 'createContract', 'createPlan', 'moveAlias'] as const;

/** The parts of one process, which dies at one of its next calls. */
export function dyingParts(parts: WorkerParts, random: () => number): WorkerParts {
  const mortality = {
    ...{ calls: 0, diesAt: 1 + Math.floor(random() * LATEST_CALL), dead: false },
    when: random() < 0.5 ? ('before' as const) : ('after' as const),
  };
  if (random() < 0.5) {
    const point = TURNING_POINTS[Math.floor(random() * TURNING_POINTS.length)];
    return { ...parts, store: diesAfter(parts.store, point ?? 'saveDeal') };
  }
  // What answers at once is no call.
  const dyingCrm = (port: CrmPort): CrmPort => ({ ...mortal(port, mortality), recordIdOf: port.recordIdOf });
  return {
    ...parts,
    store: mortal(parts.store, mortality),
    bus: mortal(parts.bus, mortality),
    inbox: mortal(parts.inbox, mortality),
    crm: (connection) => dyingCrm(parts.crm(connection)),
    esign: (connection) => mortal(parts.esign(connection), mortality),
  };
}

/** The first call of this kind takes effect, and nothing of the store answers any more. */
function diesAfter<T extends object>(part: T, point: string): T {
  let isDead = false;
  return new Proxy(part, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        if (isDead) throw new ProcessDied();
        const answer: unknown = await Reflect.apply(member, target, args);
        isDead ||= name === point;
        if (isDead) throw new ProcessDied();
        return answer;
      };
    },
  });
}
