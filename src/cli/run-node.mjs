import { spawn } from 'node:child_process';

/**
 * Goes on as `node ...args`. Where the system can replace a process by another, it does: one process, so that whoever
 * stops it stops the program itself. Elsewhere a child runs, and gets the signals.
 *
 * @param {string} node path of the Node to use
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 */
export function becomeNode(node, args, env) {
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    silenceExperimentalWarnings();
    process.execve(node, [node, ...args], /** @type {Record<string, string>} */ (env));
  }
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128 + (SIGNAL_NUMBERS[signal] ?? 0));
  });
}

/** @type {Record<string, number>} */
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** `process.execve` is experimental and says so at every call; whoever starts the hub cannot do anything about that. */
function silenceExperimentalWarnings() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const [type] = rest;
    const name = typeof type === 'object' && type !== null ? type.type : type;
    if (name !== 'ExperimentalWarning') Reflect.apply(emit, process, [warning, ...rest]);
  };
}
