import { defineConfig } from 'vitest/config';

// `npm test` stays under four minutes on two cores; what is slow is named *.slow.test.ts and runs with `npm run test:all`.
const slow = process.env['STAGEPOST_TEST_ALL'] === '1';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(slow ? [] : ['**/*.slow.test.ts'])],
    // One less than there are processors is the default; on two, the second would only watch while journeys wait.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
