import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundleFunction } from '../../../cdk/bundle.ts';
import { loadBundle } from '../../../cdk/check-bundle.ts';
import { createTopology } from '../../../src/topology.ts';
import type { Figure } from '../figure.ts';
import { median } from '../statistics.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Inside the repository, where packages are found, and outside of what is committed. */
const FOLDER = 'dist/bench';
const LOADS = 5;

/** The least that such a function can be: Hono, its Lambda adapter and the same AWS clients, made and used. */
function floorSource(packages: readonly string[]): string {
  const clients = packages.filter((name) => name.startsWith('@aws-sdk/client-'));
  const classOf = new Map([
    ['@aws-sdk/client-dynamodb', 'DynamoDBClient'],
    ['@aws-sdk/client-eventbridge', 'EventBridgeClient'],
    ['@aws-sdk/client-s3', 'S3Client'],
    ['@aws-sdk/client-secrets-manager', 'SecretsManagerClient'],
    ['@aws-sdk/client-sqs', 'SQSClient'],
  ]);
  const names = clients.map((name) => classOf.get(name) ?? name);
  return [
    "import { Hono } from 'hono';",
    "import { handle } from 'hono/aws-lambda';",
    ...clients.map((name, n) => `import { ${names[n]} } from '${name}';`),
    'const app = new Hono();',
    `app.post('/', (c) => c.json([${names.map((name) => `new ${name}({}).config.apiVersion`).join(', ')}]));`,
    'export const handler = handle(app);',
    '',
  ].join('\n');
}

async function floorOf(bundle: Bundle): Promise<Bundle> {
  const entry = `${FOLDER}/floor-${bundle.name}.ts`;
  await mkdir(join(ROOT, FOLDER), { recursive: true });
  await writeFile(join(ROOT, entry), floorSource(bundle.packages));
  return bundleFunction({ name: `floor-${bundle.name}`, entry }, { root: ROOT, outdir: join(ROOT, FOLDER) });
}

/** Size of each function's bundle, and how long a fresh process takes to load it. */
export async function bundleFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const spec of createTopology().functions) {
    const bundle = await bundleFunction(spec, { root: ROOT, outdir: join(ROOT, FOLDER) });
    const floor = await floorOf(bundle);
    const loads: { ours: number[]; floors: number[] } = { ours: [], floors: [] };
    for (let n = 0; n < LOADS; n += 1) {
      loads.ours.push(await loadBundle(bundle));
      loads.floors.push(await loadBundle(floor));
    }
    const { ours, floors } = loads;
    figures.push(
      {
        figure: `bundle of ${spec.name}`,
        unit: 'KB',
        value: bundle.bytes / 1000,
        floor: floor.bytes / 1000,
        ratio: bundle.bytes / floor.bytes,
      },
      {
        figure: `cold import of ${spec.name}`,
        unit: 'ms',
        value: median(ours),
        floor: median(floors),
        ratio: median(ours) / median(floors),
        rounds: LOADS,
      },
    );
  }
  return figures;
}
