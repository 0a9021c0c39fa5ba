import { connect } from 'node:net';

/** One kept connection: a request, its answer, the next request. Cheap, so that the server is what is measured. */
export interface HttpConnection {
  /** Sends a whole request and resolves its status when the answer is complete. */
  exchange(request: Buffer): Promise<number>;
  close(): void;
}

/** Bytes of the first answer in `text`; undefined when it is not complete yet. Answers must say how long they are. */
export function answerLength(text: string): { readonly status: number; readonly length: number } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
  const declared = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
  if (declared !== undefined) {
    const length = end + 4 + Number(declared);
    return text.length < length ? undefined : { status, length };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(text.slice(0, end))) return { status, length: end + 4 };
  const last = text.indexOf('0\r\n\r\n', end + 4);
  return last < 0 ? undefined : { status, length: last + 5 };
}

/** Opens a connection to loopback. */
export async function openConnection(port: number, hostname: string): Promise<HttpConnection> {
  const socket = connect(port, hostname);
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let received = '';
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const answer = answerLength(received);
    if (answer === undefined) return;
    received = received.slice(answer.length);
    waiting?.resolve(answer.status);
  });
  socket.on('close', () => waiting?.reject(new Error('the server closed the connection')));
  socket.on('error', (error) => waiting?.reject(error));
  return {
    exchange: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => {
      waiting = undefined;
      socket.destroy();
    },
  };
}
