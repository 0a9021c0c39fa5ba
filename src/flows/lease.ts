import type { Lease } from '../domain/contract.ts';
import { HubError } from '../domain/errors.ts';
import type { LeaseParts } from './parts.ts';

interface Leased {
  readonly version: number;
  readonly lease?: Lease;
}

/** How an item that carries a lease is read and saved. */
export interface LeaseTarget<T extends Leased> {
  /** For error messages, e.g. `contract 1 of deal hubspot-main.42`. */
  readonly what: string;
  load(): Promise<T | undefined>;
  save(item: T): Promise<T | 'conflict'>;
}

/** The work's hold on the item: every write goes through `update`, which proves that the lease is still ours. */
export interface Held<T> {
  current(): T;
  /**
   * Applies a change to the freshest version and saves it. Others (provider events) may have changed the item meanwhile.
   * `change` returns undefined to leave it alone. HubError `fence.lost` when somebody else holds the lease now: stop.
   */
  update(change: (item: T) => T | undefined): Promise<T>;
}

const SAVE_ATTEMPTS = 10;
/**
 * A lease is usually given back within a second; only a dead holder's runs its full length. Looking again this soon
 * keeps the second of two wake-ups from waiting a minute and a half for nothing.
 */
const LOOK_AGAIN_MS = 3_000;

function isLive(lease: Lease | undefined, parts: LeaseParts): lease is Lease {
  if (lease === undefined || lease.untilMs <= parts.clock.nowMs()) return false;
  // The embedded host says which of its lives took the lease; a lease of an earlier life belongs to a dead process.
  return parts.epoch === undefined || lease.epoch === parts.epoch;
}

/** The item with its lease given back; the last write of a work can take it away along with everything else. */
export function without<T extends { readonly lease?: Lease }>(item: T): T {
  const { lease: _, ...rest } = item;
  return rest as T;
}

/**
 * Runs `work` while holding the item's lease. A live lease of somebody else is HubError `lease.held`, to be retried
 * when it has run out: answering "done" instead would delete the message that would bring the work back.
 */
export async function withLease<T extends Leased, R>(
  parts: LeaseParts,
  target: LeaseTarget<T>,
  leaseMs: number,
  work: (held: Held<T>) => Promise<R>,
): Promise<R> {
  const holder = parts.newId();
  let item = await take();

  async function load(): Promise<T> {
    const found = await target.load();
    if (found !== undefined) return found;
    throw new HubError('store.item-gone', `${target.what} is not in the table any more`, { retry: 'never' });
  }

  async function take(): Promise<T> {
    for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
      const found = await load();
      // The save below was stored and its answer lost: the lease that stands there is our own.
      if (found.lease?.holder === holder) return found;
      if (isLive(found.lease, parts)) {
        const waitMs = Math.min(found.lease.untilMs - parts.clock.nowMs() + 1000, LOOK_AGAIN_MS);
        throw new HubError('lease.held', `${target.what} is being worked on by another process`, {
          retry: { afterMs: waitMs },
        });
      }
      const lease: Lease = {
        holder,
        untilMs: parts.clock.nowMs() + leaseMs,
        ...(parts.epoch === undefined ? {} : { epoch: parts.epoch }),
      };
      const saved = await target.save({ ...found, lease });
      if (saved !== 'conflict') return saved;
    }
    throw tooBusy();
  }

  function tooBusy(): HubError {
    return new HubError('store.contended', `${target.what} is changed too often at the moment`, {
      retry: { afterMs: 2000 },
    });
  }

  async function update(change: (item: T) => T | undefined): Promise<T> {
    for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
      if (item.lease?.holder !== holder || item.lease.untilMs <= parts.clock.nowMs()) {
        throw new HubError('fence.lost', `the lease on ${target.what} ran out or was taken over; stopped`, {
          retry: { afterMs: 1000 },
        });
      }
      const changed = change(item);
      if (changed === undefined) return item;
      const saved = await target.save(changed);
      if (saved !== 'conflict') {
        item = saved;
        return item;
      }
      item = await load();
    }
    throw tooBusy();
  }

  try {
    return await work({ current: () => item, update });
  } finally {
    // Best effort: a lease that cannot be given back runs out by itself. The last step may have given it back already.
    if (item.lease?.holder === holder) await update((held) => without(held)).catch(() => undefined);
  }
}
