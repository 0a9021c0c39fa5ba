import type { Environment } from '../platform/environment.ts';
import type { Build, Handler } from '../platform/handler.ts';
import type { FunctionSpec, Topology } from '../topology.ts';

/** Loads the code of a function: the source file here, a built bundle where those are to be tried. */
export type LoadFunction = (spec: FunctionSpec) => Promise<{ readonly build: Build }>;

/** The deployed entry files themselves, by the names in the topology. */
export const loadSource: LoadFunction = async (spec) => {
  const module: unknown = await import(new URL(`../../${spec.entry}`, import.meta.url).href);
  const build: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'build') : undefined;
  if (typeof build !== 'function') throw new Error(`${spec.entry} exports no build(environment)`);
  return { build: build as Build };
};

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
