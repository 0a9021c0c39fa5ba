import { createHash } from 'node:crypto';
import type { SandboxStorage } from '../../../local/sandbox-kit/records.ts';
import type { Clock } from '../../../platform/clock.ts';

export interface StoredFile {
  readonly id: string;
  /** Without extension, as the API shows it. */
  readonly name: string;
  readonly extension: string;
  readonly folderPath: string;
  readonly contentType: string;
  readonly access: string;
  readonly size: number;
  readonly sha256: string;
  readonly md5: string;
  readonly createdAtMs: number;
  /** Makes signed addresses unguessable. */
  readonly signingSecret: string;
}

export interface NewFile {
  readonly fileName: string;
  readonly folderPath: string;
  readonly contentType: string;
  readonly access: string;
  readonly bytes: Uint8Array;
}

/** The file manager of the portal. */
export interface FileStore {
  find(id: string): StoredFile | undefined;
  bytes(id: string): Uint8Array;
  /** A file with these bytes, in this folder only when one is given. */
  duplicateOf(bytes: Uint8Array, folderPath: string | undefined): StoredFile | undefined;
  at(folderPath: string, fileName: string): StoredFile | undefined;
  /** Never overwrites: a taken name gets a number. */
  add(file: NewFile): StoredFile;
  remove(id: string): boolean;
  /** Ends the signature of a download address. */
  sign(file: StoredFile, expiresAtMs: number): string;
}

export function createFileStore(deps: { storage: SandboxStorage; clock: Clock; random: () => number }): FileStore {
  const { storage, clock, random } = deps;
  const files = storage.records<StoredFile>('file');
  const contents = storage.records<string>('file-content');
  const digest = (algorithm: string, data: string | Uint8Array) => createHash(algorithm).update(data).digest('hex');
  const at: FileStore['at'] = (folderPath, fileName) => {
    const [name, extension] = splitName(fileName);
    return files
      .values()
      .find((file) => file.folderPath === folderPath && file.name === name && file.extension === extension);
  };

  return {
    at,
    find: (id) => files.get(id),
    bytes: (id) => Buffer.from(contents.get(id) ?? '', 'base64'),
    duplicateOf(bytes, folderPath) {
      const sha256 = digest('sha256', bytes);
      return files
        .values()
        .find((file) => file.sha256 === sha256 && (folderPath === undefined || file.folderPath === folderPath));
    },
    add({ fileName, folderPath, contentType, access, bytes }) {
      const [name, extension] = splitName(fileName);
      const free = (suffix: number): string => {
        const candidate = suffix === 0 ? name : `${name}-${suffix}`;
        return at(folderPath, `${candidate}.${extension}`) === undefined ? candidate : free(suffix + 1);
      };
      const file: StoredFile = {
        id: String(storage.nextNumber('id-files', 182_000_000_001)),
        name: free(0),
        extension,
        folderPath,
        contentType,
        access,
        size: bytes.byteLength,
        sha256: digest('sha256', bytes),
        md5: digest('md5', bytes),
        createdAtMs: clock.nowMs(),
        signingSecret: digest('sha256', String(random())),
      };
      contents.set(file.id, Buffer.from(bytes).toString('base64'));
      files.set(file.id, file);
      return file;
    },
    remove(id) {
      contents.delete(id);
      return files.delete(id);
    },
    sign: (file, expiresAtMs) => digest('sha256', `${file.signingSecret}:${file.id}:${expiresAtMs}`),
  };
}

function splitName(fileName: string): readonly [name: string, extension: string] {
  const dot = fileName.lastIndexOf('.');
  return dot <= 0 ? [fileName, ''] : [fileName.slice(0, dot), fileName.slice(dot + 1)];
}
