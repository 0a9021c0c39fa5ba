import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';

export interface Owner {
  readonly id: string;
  readonly userId: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly team: string;
  readonly archived: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface Owners {
  list(): Owner[];
  find(id: string): Owner | undefined;
  put(owner: Owner): void;
}

export function createOwners(storage: SandboxStorage): Owners {
  const records = storage.records<Owner>('owner');
  return {
    list: () => records.values(),
    find: (id) => records.get(id),
    put: (owner) => records.set(owner.id, owner),
  };
}
