/** `npm run release:template`: keeps the templates of the version in package.json, for every later one to be compared with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { releaseTemplates } from './released/release-templates.ts';
import { RELEASED_DEPLOYMENTS } from './released/released-deployments.ts';
import { writeRelease } from './released/releases.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

try {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const templates = Object.fromEntries(
    Object.entries(RELEASED_DEPLOYMENTS).map(([name, deployment]) => [name, releaseTemplates(deployment)]),
  );
  const files = writeRelease(version, templates);
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'format', '--write', ...files], { cwd: ROOT, stdio: 'ignore' });
  for (const file of files) console.log(`written ${relative(ROOT, file)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
