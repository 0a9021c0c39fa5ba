import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../platform/environment.ts';
import type { Build, Handler } from '../platform/handler.ts';
import type { FunctionSpec, Topology } from '../topology.ts';
import { StartProblem } from './start-problem.ts';

/** Loads the code of a function: the source file here, a built bundle where those are to be tried. */
export type LoadFunction = (spec: FunctionSpec) => Promise<{ readonly build: Build }>;

/** The deployed entry files themselves, by the names in the topology. */
export const loadSource: LoadFunction = (spec) =>
  buildOf(spec.entry, new URL(`../../${spec.entry}`, import.meta.url).href);

/**
 * The files that `npm run build` made, and that a deployment would upload: what a bundler left out or a package asks for
 * only when it is called shows here.
 *
 * @param folder where the bundles are, each in a folder called like its function
 */
export function loadBundles(folder: string): LoadFunction {
  return async (spec) => {
    const file = join(folder, spec.name, 'index.mjs');
    if (!existsSync(file)) {
      const remedy = 'Run "npm run build" first; then the same command again.';
      throw new StartProblem(`The function ${spec.name} has no bundle: ${file} does not exist.`, remedy);
    }
    return buildOf(file, pathToFileURL(file).href);
  };
}

async function buildOf(file: string, url: string): Promise<{ readonly build: Build }> {
  const module: unknown = await import(url);
  const build: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'build') : undefined;
  if (typeof build !== 'function') throw new Error(`${file} exports no build(environment)`);
  return { build: build as Build };
}

/** Builds every function of the topology, each with the environment that its deployment would give it. */
export async function buildFunctions(
  topology: Topology,
  load: LoadFunction,
  environmentOf: (spec: FunctionSpec) => Environment,
): Promise<Readonly<Record<string, Handler>>> {
  const built = await Promise.all(
    topology.functions.map(async (spec) => {
      const { build } = await load(spec);
      return [spec.name, build(environmentOf(spec))] as const;
    }),
  );
  return Object.fromEntries(built);
}
