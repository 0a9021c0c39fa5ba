import * as z from 'zod';
import { fileSchema } from './file-schema.ts';
import { type Path, valueAt } from './path.ts';
import type { ProviderSettings } from './provider-settings.ts';

/** The part of JSON Schema that is read here. */
export interface JsonSchema {
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** JSON Schema of the configuration file, for editors. Committed beside this file; `draft-07` is what they all know. */
export function configJsonSchema(providers: readonly ProviderSettings[]): JsonSchema {
  const schema = z.toJSONSchema(fileSchema(providers), {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
  });
  return { title: 'Stagepost configuration', ...schema } as JsonSchema;
}

/** Names that the block at `path` may have; where the block names its provider, those of that provider. */
export function knownKeys(schema: JsonSchema, data: unknown, path: Path): readonly string[] {
  let candidates = alternatives(schema, data);
  for (const [index, part] of path.entries()) {
    const value = valueAt(data, path.slice(0, index + 1));
    candidates = candidates
      .map((each) => (typeof part === 'number' ? each.items : childOf(each, part)))
      .filter((each) => each !== undefined)
      .flatMap((each) => alternatives(each, value));
  }
  return [...new Set(candidates.flatMap((each) => Object.keys(each.properties ?? {})))];
}

function childOf(schema: JsonSchema, key: string): JsonSchema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

function alternatives(schema: JsonSchema, data: unknown): readonly JsonSchema[] {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (options.length === 0) return [schema];
  const provider = valueAt(data, ['provider']);
  return options.filter((option) => {
    const constant = option.properties?.provider?.const;
    return constant === undefined || provider === undefined || constant === provider;
  });
}
