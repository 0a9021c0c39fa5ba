import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionSpec } from '../src/topology.ts';

/** The bundle that `npm run build` left in `dist/`. Throws a sentence when it is not there. */
export function bundleCode(spec: FunctionSpec): Code {
  const folder = fileURLToPath(new URL(`../dist/${spec.name}`, import.meta.url));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(
      `There is no bundle of the function "${spec.name}" in dist/${spec.name}; run \`npm run build\` first.`,
    );
  }
  return Code.fromAsset(folder, { exclude: ['meta.json'] });
}
