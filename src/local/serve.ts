import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { takenPort } from './start-problem.ts';

export interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves on loopback. Port 0 takes any free one.
 * StartProblem when the port is taken, with the remedy.
 */
export async function serve(listener: RequestListener, port: number, what: string): Promise<Served> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? takenPort(port, what) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
