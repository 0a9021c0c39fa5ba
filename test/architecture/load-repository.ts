import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Repository, repositoryOf } from './imports.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Every TypeScript and JavaScript source of the repository. */
export function loadRepository(): Repository {
  const sources: Record<string, string> = {};
  for (const folder of ['src', 'functions', 'cdk', 'test']) {
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      const path = `${folder}/${file.replaceAll('\\', '/')}`;
      if (/\.(?:ts|mjs)$/.test(path)) sources[path] = readFileSync(join(ROOT, path), 'utf8');
    }
  }
  return repositoryOf(sources);
}
