// Runs a TypeScript script, or a tool of node_modules, with a Node that can: the way from package.json to everything.
//   node preflight.mjs <script.ts> [arguments]
//   node preflight.mjs --run vitest run [arguments]
//   node preflight.mjs --run test-all [arguments]
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, remedy } from './find-node.mjs';
import { becomeNode } from './run-node.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const QUIET = '--disable-warning=ExperimentalWarning';

/** @param {string} message */
function stop(message) {
  process.stderr.write(message);
  process.exit(1);
}

/**
 * The script that a package starts under its own name.
 *
 * @param {string} tool
 */
function scriptOf(tool) {
  const folder = join(root, 'node_modules', tool);
  const description = join(folder, 'package.json');
  if (!/^[a-z][a-z0-9-]*$/.test(tool) || !existsSync(description)) {
    return stop(`"${tool}" is not installed. Run "npm ci" first.\n`);
  }
  const { bin } = JSON.parse(readFileSync(description, 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[tool]);
}

const [first, ...rest] = process.argv.slice(2);
const node = findNode(root, process);
if (node === undefined) {
  stop(remedy(process.version));
} else if (first === undefined) {
  stop('Say what to run: node src/cli/preflight.mjs <script.ts> [arguments]\n');
} else if (first === '--run') {
  const [tool = '', ...args] = rest;
  const all = tool === 'test-all';
  const env = all ? { ...process.env, STAGEPOST_TEST_ALL: '1' } : process.env;
  becomeNode(node, [QUIET, scriptOf(all ? 'vitest' : tool), ...(all ? ['run'] : []), ...args], env);
} else {
  const script = resolve(root, first);
  if (!existsSync(script)) stop(`There is no script ${first}.\n`);
  else becomeNode(node, [QUIET, script, ...rest], process.env);
}
