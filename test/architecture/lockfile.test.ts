import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './load-repository.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

/** Names of a package's platform packages that the lock file does not hold; npm would quietly install none of them. */
function missingPlatformPackages(packages: Readonly<Record<string, LockedPackage>>): readonly string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => {
      // npm looks in the package's own folder first, then in each folder around it.
      for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
        if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return false;
        if (folder === '') return true;
      }
    }),
  );
}

/** Programs that come as one binary per platform, as the packages name them: Linux (glibc), macOS and Windows. */
const BINARIES: readonly (readonly [string, readonly string[]])[] = [
  ['@biomejs/cli', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']],
  ['@esbuild/', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']],
  ['@typescript/typescript', ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64']],
  [
    '@rolldown/binding',
    ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-x64', 'darwin-arm64', 'win32-x64-msvc', 'win32-arm64-msvc'],
  ],
  [
    'lightningcss',
    ['linux-x64-gnu', 'linux-arm64-gnu', 'darwin-x64', 'darwin-arm64', 'win32-x64-msvc', 'win32-arm64-msvc'],
  ],
];

const names = BINARIES.flatMap(([prefix, platforms]) =>
  platforms.map((platform) => (prefix.endsWith('/') ? `${prefix}${platform}` : `${prefix}-${platform}`)),
);

describe('the lock file', () => {
  it.each(names)('holds %s', (name) => {
    expect(lock.packages[`node_modules/${name}`]?.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('holds every optional package that any package asks for', () => {
    expect(missingPlatformPackages(lock.packages)).toEqual([]);
  });

  it('holds the Node binary as something that may fail to install', () => {
    const root = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(root.optionalDependencies)).toEqual(['node']);
    expect(lock.packages['node_modules/node']).toMatchObject({ optional: true });
  });

  it('names no registry: every machine takes the packages from its own', () => {
    const resolved = Object.entries(lock.packages).filter(([, { resolved: url }]) => url !== undefined);
    expect(resolved.map(([path]) => path)).toEqual([]);
  });
});

describe('a lock file written on one platform only', () => {
  it('is noticed: the packages of the other platforms are missing', () => {
    const packages = {
      '': {},
      'node_modules/tool': { version: '1.0.0', optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0' } },
      'node_modules/tool-linux': { version: '1.0.0' },
      'node_modules/deep': { version: '1.0.0', optionalDependencies: { 'deep-linux': '1.0.0', 'deep-win': '1.0.0' } },
      'node_modules/deep/node_modules/deep-linux': { version: '1.0.0' },
    };
    expect(missingPlatformPackages(packages)).toEqual(['tool-mac', 'deep-win']);
  });
});
