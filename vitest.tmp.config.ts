import { defineConfig } from 'vitest/config';

/** Tests that start a local AWS, change the environment or run the built command: each file has a process of its own. */
const WITH_WORLD = [
  'test/aws/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/scenario/**/*.test.ts',
  'test/**/*.sandbox.test.ts',
];

export default defineConfig({
  test: {
    
    testTimeout: 20_000,
    hookTimeout: 90_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      { extends: true, test: { name: 'world', include: WITH_WORLD } },
      // The sandbox's own tests each start a sandbox and change nothing else of their process: the SDK is loaded once for all.
      { extends: true, test: { name: 'sandbox', include: ['sandbox/**/*.test.ts'], isolate: false } },
      // Pure tests share a process: loading the code once for all of them saves most of their time.
      { extends: true, test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: WITH_WORLD, isolate: false } },
    ],
  },
});
