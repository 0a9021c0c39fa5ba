#!/usr/bin/env node
// The command `stagepost`. Plain JavaScript, so that an old Node can say what to do instead of failing on a type.
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, isNewEnough, remedy } from './find-node.mjs';
import { becomeNode } from './run-node.mjs';

function userName() {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

const self = fileURLToPath(import.meta.url);
if (isNewEnough(process.version)) {
  const { runCli } = await import('./main.ts');
  process.exitCode = await runCli(process.argv.slice(2), {
    variables: process.env,
    fetch,
    write: (text) => process.stdout.write(text),
    writeError: (text) => process.stderr.write(text),
    userName,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    width: process.stdout.columns ?? 100,
    folder: process.cwd(),
  });
} else {
  const node = findNode(join(dirname(self), '..', '..'), process);
  if (node === undefined) {
    process.stderr.write(remedy(process.version));
    process.exitCode = 1;
  } else {
    becomeNode(node, [self, ...process.argv.slice(2)], process.env);
  }
}
