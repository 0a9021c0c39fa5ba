/** What the CDK command line runs (`cdk.json`); it writes where that tells it to. Needs the bundles of `npm run build`. */
import { bundleCode } from './bundle-code.ts';
import { readDeployment } from './read-deployment.ts';
import { createStagepostApp } from './stagepost-app.ts';

try {
  createStagepostApp({ deployment: (await readDeployment(process.env)).deployment, codeOf: bundleCode }).app.synth();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
