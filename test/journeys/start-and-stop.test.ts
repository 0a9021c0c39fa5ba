import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePorts, inPlace } from './hub-process.ts';

/** A person is told; a stack trace is for us. */
function expectNoStack(output: string): void {
  expect(output).not.toMatch(/\n\s+at |node:internal|defect of its own/);
}

describe.concurrent('npm start', { timeout: 60_000 }, () => {
  for (const [what, offset] of [
    ['hub', 0],
    ['HubSpot simulator', 1],
    ['DocuSign simulator', 2],
    ['Salesforce simulator', 3],
  ] as const) {
    it(`says which port is taken and what to do, and ends with 1: ${what}`, () =>
      inPlace(async ({ addresses, start }) => {
        const port = addresses.port + offset;
        const other = createServer().listen(port, '127.0.0.1');
        try {
          const hub = start();
          expect(await hub.ended).toBe(1);
          expect(hub.output()).toContain(`Port ${port}`);
          expect(hub.output()).toContain('taken by another program');
          expect(hub.output()).toMatch(/STAGEPOST_PORT=\d+ npm start/);
          expectNoStack(hub.output());
        } finally {
          other.close();
        }
      }));
  }

  it('says that the state folder cannot be written, and ends with 1', () =>
    inPlace(async ({ folder, start }) => {
      const file = join(folder, 'a-file');
      await writeFile(file, 'not a folder');
      const hub = start(join(file, 'state'));
      expect(await hub.ended).toBe(1);
      expect(hub.output()).toContain(`The state folder ${join(file, 'state')} cannot be written`);
      expect(hub.output()).toContain('STAGEPOST_STATE=');
      expectNoStack(hub.output());
    }));

  it('says that the port is no port, and ends with 1', () =>
    inPlace(async ({ folder, start }) => {
      const hub = start(folder, Number.NaN);
      expect(await hub.ended).toBe(1);
      expect(hub.output()).toContain('STAGEPOST_PORT');
      expectNoStack(hub.output());
    }));

  it('names the process that has the folder already; Ctrl-C ends that one with 0', () =>
    inPlace(async ({ folder, start }) => {
      const first = start();
      await first.says('Stagepost is running.');
      const { port } = await freePorts();
      const second = start(folder, port);
      expect(await second.ended).toBe(1);
      expect(second.output()).toContain(`Stagepost is already running in ${folder}`);
      expect(second.output()).toContain(`process ${first.pid}`);
      expectNoStack(second.output());

      first.send('SIGINT');
      expect(await first.ended).toBe(0);
      expect(first.output()).toContain('Stopped.');
      expectNoStack(first.output());
    }));
});
