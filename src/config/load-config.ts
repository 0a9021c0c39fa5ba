import { readFile } from 'node:fs/promises';
import { checkContracts } from './check-contracts.ts';
import { checkFiles, type ReadBytes } from './check-files.ts';
import { checkPlays } from './check-plays.ts';
import { checkReferences } from './check-references.ts';
import { checkSync } from './check-sync.ts';
import type { ConfigProblem, Finding } from './config-problem.ts';
import { showPath } from './path.ts';
import { type ProviderSettings, providerSettings } from './provider-settings.ts';
import { readParts } from './read-parts.ts';
import { type ConfigDraft, toHubConfig } from './to-hub-config.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** Far above any real configuration; it also has to fit one table item. */
const MAX_FILE_BYTES = 300_000;

export interface LoadDeps {
  readonly readBytes: ReadBytes;
  readonly providers: readonly ProviderSettings[];
}

export type LoadResult =
  | { readonly ok: true; readonly config: ConfigDraft }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const onThisMachine: LoadDeps = { readBytes: (path) => readFile(path), providers: providerSettings };

/**
 * Reads a configuration file and checks everything that can be checked without calling anybody. A file with any problem
 * is refused as a whole, with all of its problems in the order of the file. Never throws for what is in the file.
 */
export async function loadConfigFile(path: string, deps: LoadDeps = onThisMachine): Promise<LoadResult> {
  const ofFile = (wrong: string, right: string): LoadResult => ({
    ok: false,
    problems: [{ file: path, line: 1, column: 1, path: '', wrong, right }],
  });
  let bytes: Uint8Array;
  try {
    bytes = await deps.readBytes(path);
  } catch {
    return ofFile('the file cannot be read', 'check the name of the file, and that you may read it');
  }
  if (bytes.length > MAX_FILE_BYTES) return ofFile('the file is larger than 300 KB', 'shorten it');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return ofFile('the file is not UTF-8 text', 'save it as UTF-8');
  }

  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, problems: yaml.errors.map((error) => ({ file: path, path: '', ...error })) };
  if (typeof yaml.file.data !== 'object' || yaml.file.data === null || Array.isArray(yaml.file.data)) {
    return ofFile(
      'the file holds no configuration',
      'start with "version: 1"; stagepost.config.yaml is a complete sample',
    );
  }

  const { file, parts, findings } = readParts(yaml.file.data, deps.providers);
  const all = [
    ...yaml.findings,
    ...findings,
    ...checkReferences(parts, deps.providers),
    ...checkSync(parts, deps.providers),
    ...checkContracts(parts),
    ...checkPlays(parts),
    ...(await checkFiles(parts, path, deps.readBytes)),
  ];
  if (all.length > 0 || file === undefined) return { ok: false, problems: place(all, path, yaml.file) };
  return { ok: true, config: toHubConfig(file, deps.providers) };
}

function place(findings: readonly Finding[], file: string, yaml: YamlFile): readonly ConfigProblem[] {
  return findings
    .map(({ path, atKey, wrong, right }) => ({ file, ...yaml.locate(path, atKey), path: showPath(path), wrong, right }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}
