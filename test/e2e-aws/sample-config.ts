import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readdressed } from '../../src/local/load-local-config.ts';
import { SAMPLE_ADDRESSES } from '../../src/local/sandbox/accounts.ts';
import type { Sandbox } from '../../src/local/sandbox/sandbox.ts';

const SAMPLE = fileURLToPath(new URL('../../stagepost.config.yaml', import.meta.url));

/**
 * Writes the sample configuration for these simulators, with their partner event source. Its public address stays that
 * of the sample, as in a first deployment, which does not know its address yet. Answers the file's path.
 */
export async function writeSampleConfig(folder: string, { hubspot, docusign, salesforce }: Sandbox): Promise<string> {
  const sample = await readFile(SAMPLE, 'utf8');
  const addresses = {
    hub: SAMPLE_ADDRESSES.hub,
    hubspot: hubspot.url,
    docusign: docusign.url,
    salesforce: salesforce.url,
  };
  const text = readdressed(sample, addresses).replace(
    /^( +)instanceUrl: .*$/m,
    (line, indent) => `${line}\n${indent}eventSource: ${salesforce.control.relay.source}`,
  );
  const file = join(folder, 'stagepost.config.yaml');
  await writeFile(file, text);
  return file;
}
