import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FunctionSpec } from '../src/topology.ts';

export interface Bundle {
  readonly name: string;
  /** Folder that is deployed; `index.mjs` exports `handler`. */
  readonly folder: string;
  readonly bytes: number;
  /** Packages that esbuild put in, e.g. `@aws-sdk/client-sqs`; sorted. */
  readonly packages: readonly string[];
}

/** CommonJS packages inside an ES module bundle ask for `require` and the file's place while they load. */
const BANNER = [
  "import{createRequire as __sp_require}from'node:module';",
  "import{fileURLToPath as __sp_path}from'node:url';",
  "import{dirname as __sp_dirname}from'node:path';",
  'const require=__sp_require(import.meta.url),__filename=__sp_path(import.meta.url),__dirname=__sp_dirname(__filename);',
].join('');

const UNDICI = fileURLToPath(new URL('./undici-of-node.ts', import.meta.url));

/**
 * Bundles one function into `<outdir>/<name>/index.mjs`; what went in is kept beside it in `meta.json`.
 * Throws a sentence when the entry is missing, esbuild's own message when the code does not build.
 */
export async function bundleFunction(
  spec: Pick<FunctionSpec, 'name' | 'entry'>,
  options: { readonly root: string; readonly outdir: string },
): Promise<Bundle> {
  const entry = join(options.root, spec.entry);
  if (!statSync(entry, { throwIfNoEntry: false })?.isFile()) {
    throw new Error(
      `The function "${spec.name}" has no source: ${spec.entry} does not exist. Create it or change its entry in src/topology.ts.`,
    );
  }
  const folder = join(options.outdir, spec.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, 'index.mjs');
  const result = await build({
    absWorkingDir: options.root,
    entryPoints: [spec.entry],
    outfile,
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { undici: UNDICI },
    banner: { js: BANNER },
    legalComments: 'none',
    logLevel: 'silent',
  });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(result.metafile));
  const packages = new Set<string>();
  for (const output of Object.values(result.metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = packageOf(input);
      if (name !== undefined && bytesInOutput > 0) packages.add(name);
    }
  }
  return { name: spec.name, folder, bytes: statSync(outfile).size, packages: [...packages].sort() };
}

/** The package that a file belongs to: what follows its last `node_modules/`. Undefined for our own files. */
export function packageOf(path: string): string | undefined {
  const parts = path.split('node_modules/');
  const last = parts.length > 1 ? parts.at(-1) : undefined;
  if (last === undefined) return undefined;
  const [scope, name] = last.split('/');
  return scope?.startsWith('@') === true ? `${scope}/${name}` : scope;
}
