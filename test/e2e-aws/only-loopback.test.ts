import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const GUARD = fileURLToPath(new URL('only-loopback.ts', import.meta.url));

/** What a process says that has the guard loaded before it fetches. */
async function fetchIn(url: string): Promise<string> {
  const script = `fetch(${JSON.stringify(url)}).then((r) => r.text(), (e) => String(e.cause)).then(console.log)`;
  const { stdout } = await runCommand(process.execPath, ['--import', GUARD, '--input-type=module', '--eval', script]);
  return stdout.trim();
}

describe('a process that loads the guard', () => {
  it.each([
    ['http://192.0.2.1/', '192.0.2.1'],
    ['http://hooks.example.com/', 'hooks.example.com'],
    ['http://localhost.example.com/', 'localhost.example.com'],
  ])('does not reach %s', async (url, host) => {
    expect(await fetchIn(url)).toBe(`Error: ${host} is not on this machine, and nothing else may be reached from here`);
  });

  it('reaches loopback by its address and by any name below localhost', async () => {
    const server = createServer((request, response) => response.end(`hello ${request.headers.host?.split(':')[0]}`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      expect(await fetchIn(`http://127.0.0.1:${port}/`)).toBe('hello 127.0.0.1');
      expect(await fetchIn(`http://x1.execute-api.localhost:${port}/`)).toBe('hello x1.execute-api.localhost');
    } finally {
      server.close();
    }
  });
});
