import { readFile } from 'node:fs/promises';
import { formatProblems } from '../config/format-problems.ts';
import { loadConfigFile } from '../config/load-config.ts';
import { providerSettings } from '../config/provider-settings.ts';
import type { ConfigDraft } from '../config/to-hub-config.ts';
import { SAMPLE_ADDRESSES } from './sandbox/accounts.ts';
import { StartProblem } from './start-problem.ts';

export interface LocalAddresses {
  readonly hub: string;
  readonly hubspot: string;
  readonly docusign: string;
  readonly salesforce: string;
}

/**
 * Loads the configuration for a start on these addresses: where the file has the sample's addresses, the real ones of
 * this start are put, so that the same file serves on any port. StartProblem lists everything that is wrong with it.
 */
export async function loadLocalConfig(path: string, addresses: LocalAddresses): Promise<ConfigDraft> {
  const readBytes = async (file: string): Promise<Uint8Array> => {
    const bytes = await readFile(file);
    if (file !== path) return bytes;
    const text = readdressed(bytes.toString(), addresses);
    return new TextEncoder().encode(text);
  };
  const result = await loadConfigFile(path, { readBytes, providers: providerSettings });
  if (result.ok) return result.config;
  throw new StartProblem(formatProblems(result.problems), `Correct ${path}, then start again.`);
}

const NAMES = ['hub', 'hubspot', 'docusign', 'salesforce'] as const;

/**
 * All at once, and never the beginning of a longer port: one of the new addresses may begin like one of the sample's.
 */
export function readdressed(text: string, addresses: LocalAddresses): string {
  const byAddress = new Map<string, string>(NAMES.map((name) => [SAMPLE_ADDRESSES[name], addresses[name]]));
  return text.replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, (found) => byAddress.get(found) ?? found);
}
