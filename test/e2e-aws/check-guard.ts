import { runCommand } from './run-command.ts';
import { expectSame } from './steps.ts';

/** Reserved for documentation (RFC 5737): whoever got past the guard would reach nobody. */
const ELSEWHERE = '192.0.2.1';
const REFUSED = /is not on this machine, and nothing else may be reached from here/;

/**
 * Node and Python, as this run starts them, refuse addresses and names outside this machine. Throws an Error when one of
 * them does not.
 */
export async function checkGuard(): Promise<void> {
  const inNode = (host: string) =>
    runCommand(process.execPath, ['--eval', `require('node:net').connect({ host: '${host}', port: 9, timeout: 1 })`]);
  const inPython = (host: string) =>
    runCommand('python', ['-c', `import socket; socket.create_connection(('${host}', 9), timeout=1)`]);
  for (const host of [ELSEWHERE, 'hooks.example.com']) {
    expectSame(`Node refuses ${host}`, REFUSED.test((await inNode(host)).stderr), true);
    expectSame(`Python refuses ${host}`, REFUSED.test((await inPython(host)).stderr), true);
  }
}
