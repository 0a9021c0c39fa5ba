import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';

/** A part of the storage: two senders of the kit would otherwise use the same queue. */
export function scopedStorage(storage: SandboxStorage, scope: string): SandboxStorage {
  return {
    records: (name) => storage.records(`${scope}/${name}`),
    nextNumber: (name, first) => storage.nextNumber(`${scope}/${name}`, first),
    close: () => undefined,
  };
}
