/** `npm run build`: bundles every function into `dist/` and fails when one breaks its budget. */
import { buildBundles, sizeTable } from './bundles.ts';

const { bundles, problems } = await buildBundles();
console.log(sizeTable(bundles));
for (const problem of problems) console.error(`\n${problem}`);
if (problems.length > 0) process.exitCode = 1;
