/** `npm run destroy`: removes what runs; the data stays. `-- --yes` asks nothing. */
import { readOptions } from './deploy-options.ts';
import { destroyHub } from './destroy-hub.ts';
import { createRealDeps, synthesizeNames } from './real-deps.ts';

try {
  process.exitCode = await destroyHub(readOptions(process.argv.slice(2)), { ...createRealDeps(), synthesizeNames });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
