// Plain JavaScript for every Node that npm still runs on: this is what finds the Node that runs the rest.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The first version that runs TypeScript sources without a flag (Node.js changelog, 22.18.0). */
export const OLDEST = [22, 18];

/** @param {string} version e.g. `v24.21.0` or `24.21.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/**
 * Path of a Node that can run the sources: the running one, or the one that came with the packages. Undefined when
 * neither is new enough.
 *
 * @param {string} root folder of package.json
 * @param {{ version: string, execPath: string }} running
 * @param {(path: string) => string | undefined} [versionOf]
 */
export function findNode(root, running, versionOf = askVersion) {
  if (isNewEnough(running.version)) return running.execPath;
  const installed = [
    join(root, 'node_modules', 'node', 'bin', 'node'),
    join(root, 'node_modules', 'node', 'bin', 'node.exe'),
  ];
  return installed.find((path) => {
    const version = versionOf(path);
    return version !== undefined && isNewEnough(version);
  });
}

/**
 * What to tell when there is none.
 *
 * @param {string} version of the running Node
 */
export function remedy(version) {
  return [
    `Stagepost needs Node.js ${OLDEST.join('.')} or later; this is ${version.replace(/^v/, '')}.`,
    'Run "npm ci" again: it brings a suitable Node.js along. If that download is blocked, install Node.js 24 from https://nodejs.org',
    '',
  ].join('\n');
}

/** @param {string} path */
function askVersion(path) {
  if (!existsSync(path)) return undefined;
  const answer = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}
