import type { Files } from './files.ts';

export interface MemoryFiles extends Files {
  keys(): readonly string[];
}

/** Files without a service: for fast tests. */
export function createMemoryFiles(): MemoryFiles {
  const files = new Map<string, Uint8Array>();
  return {
    async put(key, bytes) {
      files.set(key, Uint8Array.from(bytes));
    },
    async get(key) {
      const bytes = files.get(key);
      return bytes === undefined ? undefined : Uint8Array.from(bytes);
    },
    keys: () => [...files.keys()],
  };
}
