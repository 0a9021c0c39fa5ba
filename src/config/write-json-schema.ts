import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from './json-schema.ts';
import { providerSettings } from './provider-settings.ts';

// Run after a change of the schema: node src/config/write-json-schema.ts && npx biome format --write src/config
const target = new URL('stagepost.schema.json', import.meta.url);
await writeFile(target, `${JSON.stringify(configJsonSchema(providerSettings), null, 2)}\n`);
