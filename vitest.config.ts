import { defineConfig } from 'vitest/config';

// `npm test` stays under four minutes on two cores; what is slow is named *.slow.test.ts and runs with `npm run test:all`.
const slow = process.env['STAGEPOST_TEST_ALL'] === '1';
const exclude = ['**/node_modules/**', ...(slow ? [] : ['**/*.slow.test.ts'])];
/** Each of these loads the library of the CDK, which takes seconds: once per process is enough, they share no state. */
const templates = ['test/cdk/**/*.test.ts', 'test/upgrades/**/*.test.ts', 'test/cost/**/*.test.ts'];

export default defineConfig({
  test: {
    // Journeys mostly wait; one process more than there are processors has something to do meanwhile.
    maxWorkers: '150%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'templates', include: templates, exclude, isolate: false } },
      {
        extends: true,
        test: { name: 'hub', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], exclude: [...exclude, ...templates] },
      },
    ],
  },
});
