import type { Repository, SourceFile } from '../imports.ts';

/** SDKs of providers, by package name. */
export function isProviderSdk(packageName: string): boolean {
  return packageName === 'jsforce' || packageName === 'docusign-esign' || packageName.startsWith('@hubspot/');
}

export interface Provider {
  readonly name: string;
  /** `src/crm/<name>` or `src/esign/<name>`. */
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

const FOLDER = /^(src\/(?:crm|esign)\/([a-z0-9-]+))\//;

/** Every provider is a folder below `src/crm` or `src/esign`. */
export function providersOf(repository: Repository): readonly Provider[] {
  const providers = new Map<string, { name: string; folder: string; files: SourceFile[] }>();
  for (const file of repository.values()) {
    const [, folder, name] = FOLDER.exec(file.path) ?? [];
    if (folder === undefined || name === undefined) continue;
    const provider = providers.get(folder) ?? { name, folder, files: [] };
    provider.files.push(file);
    providers.set(folder, provider);
  }
  return [...providers.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** `src/crm/acme/outbound/client.ts` is of the provider folder `src/crm/acme`, part `outbound`. */
export function partOf(path: string): { readonly folder: string; readonly part: string } | undefined {
  const [, folder] = FOLDER.exec(path) ?? [];
  if (folder === undefined) return undefined;
  const [part = ''] = path.slice(folder.length + 1).split('/');
  return { folder, part: part.replace(/\.ts$/, '') };
}
