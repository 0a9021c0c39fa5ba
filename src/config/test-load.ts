import { type LoadResult, loadConfigFile } from './load-config.ts';
import { SMALL_CONFIG, testProviders } from './test-providers.ts';

const files: Record<string, string | Uint8Array> = {
  '/etc/hub/terms.pdf': '%PDF-1.7 terms',
  '/etc/hub/docs/annex.pdf': '%PDF-1.4 annex',
  '/etc/hub/letter.docx': 'PK letter',
  '/etc/hub/huge.pdf': Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(25_000_000)]),
};

/** Loads this text as `/etc/hub/hub.yaml`, beside a few documents. */
export function load(text: string | Uint8Array): Promise<LoadResult> {
  const all: Record<string, string | Uint8Array> = { ...files, '/etc/hub/hub.yaml': text };
  return loadConfigFile('/etc/hub/hub.yaml', {
    providers: testProviders,
    readBytes: async (path) => {
      const content = all[path];
      if (content === undefined) throw new Error('ENOENT');
      return typeof content === 'string' ? Buffer.from(content) : content;
    },
  });
}

/** The small configuration with one line replaced by others. */
export function changed(line: string, by: string): string {
  const found = SMALL_CONFIG.includes(`${line}\n`);
  if (!found) throw new Error(`the small configuration has no line ${line}`);
  return SMALL_CONFIG.replace(`${line}\n`, by === '' ? '' : `${by}\n`);
}

/** Every problem on one line. */
export async function problemsOf(text: string | Uint8Array): Promise<string[]> {
  const result = await load(text);
  if (result.ok) return [];
  return result.problems.map((each) => `${each.line}:${each.column} ${each.path} | ${each.wrong} | ${each.right}`);
}
