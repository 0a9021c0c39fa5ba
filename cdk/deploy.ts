/** `npm run deploy`: checks, builds, and brings both stacks to AWS; the last line is JSON. `-- --yes` asks nothing. */
import { deployHub } from './deploy-hub.ts';
import { readOptions } from './deploy-options.ts';
import { createRealDeps } from './real-deps.ts';

try {
  console.log(JSON.stringify(await deployHub(readOptions(process.argv.slice(2)), createRealDeps())));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
