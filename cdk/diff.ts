/** `npm run diff`: what `npm run deploy` would change in the account, and what it would refuse. Changes nothing. */
import { readOptions } from './deploy-options.ts';
import { diffHub } from './diff-hub.ts';
import { createRealDeps } from './real-deps.ts';

try {
  process.exitCode = await diffHub(readOptions(process.argv.slice(2)), createRealDeps());
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
