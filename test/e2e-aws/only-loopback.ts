/**
 * Whoever loads this file can reach this machine and nothing else: the test itself, the CDK, and the deployed functions
 * (Node preloads it there). Names below `localhost` lead to loopback, which not every system knows (RFC 6761, 6.3).
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

type Answer = (error: Error | null, address?: unknown, family?: number) => void;

function isHere(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

function refused(host: string): Error {
  return new Error(`${host} is not on this machine, and nothing else may be reached from here`);
}

function lookup(host: string, ...rest: readonly unknown[]): void {
  const answer = rest.at(-1) as Answer;
  const [options] = rest;
  if (!isHere(host)) {
    answer(refused(host));
    return;
  }
  const all = typeof options === 'object' && options !== null && Reflect.get(options, 'all') === true;
  if (all) answer(null, [{ address: '127.0.0.1', family: 4 }]);
  else answer(null, '127.0.0.1', 4);
}

/** The host among the arguments of `socket.connect`, which may come in a list that Node has put in order before. */
function hostOf([first, second]: readonly unknown[]): unknown {
  if (Array.isArray(first)) return hostOf(first);
  return typeof first === 'object' && first !== null ? Reflect.get(first, 'host') : second;
}

const connect = net.Socket.prototype.connect as (this: net.Socket, ...args: readonly unknown[]) => net.Socket;

function guardedConnect(this: net.Socket, ...args: readonly unknown[]): net.Socket {
  const host = hostOf(args);
  if (typeof host === 'string' && net.isIP(host) !== 0 && !isHere(host)) throw refused(host);
  return connect.apply(this, [...args]);
}

Object.assign(dns, { lookup });
Object.assign(net.Socket.prototype, { connect: guardedConnect });
syncBuiltinESMExports();
