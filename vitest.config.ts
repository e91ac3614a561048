import { defineConfig } from 'vitest/config';

/** Tests that start a local AWS, change the environment or run the built command. */
const WITH_WORLD = [
  'test/aws/**/*.test.ts',
  'test/cli/**/*.test.ts',
  'test/scenario/**/*.test.ts',
  'test/**/*.sandbox.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts', 'test/support/python-tools.ts'],
    testTimeout: 20_000,
    hookTimeout: 90_000,
    pool: 'forks',
    // More than the two cores that the time is budgeted for: tests of faults, of leases and of running stacks mostly wait.
    maxWorkers: 4,
    reporters: ['default'],
    projects: [
      // They share a process, in which the SDK is loaded and moto started once for all; each file leaves the environment as it was.
      {
        extends: true,
        test: { name: 'world', include: WITH_WORLD, isolate: false, setupFiles: ['test/support/environment.ts'] },
      },
      // The sandbox's own tests share a process and a sandbox likewise.
      { extends: true, test: { name: 'sandbox', include: ['sandbox/**/*.test.ts'], isolate: false } },
      // Pure tests share a process: loading the code once for all of them saves most of their time.
      { extends: true, test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: WITH_WORLD, isolate: false } },
    ],
  },
});
