import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that run the built program as users do. */
const needsBuild = [
  'test/e2e/**/*.test.ts',
  'test/fault/across-processes.test.ts',
  'test/fault/index-kill.test.ts',
  'test/fault/index-processes.test.ts',
  'test/fault/kills.test.ts',
  'test/fault/traffic.test.ts',
];

/** Tests that put something else in the place of a module, which must not have been loaded before. */
const needsIsolation = ['test/fault/read-source.test.ts'];

export default defineConfig({
  test: {
    // Processes, not threads: native addons and signals belong to a process.
    pool: 'forks',
    // Most long tests wait for processes of their own, so one worker more than cores keeps the cores at work.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    reporters: ['default', './test/support/counted-reporter.ts'],
    projects: [
      // A run of some tests of the sources alone does not wait for a build; a run of all builds first.
      // Its files share what they import: to load it for each anew takes longer than most tests.
      {
        extends: true,
        test: {
          name: 'source',
          include: ['test/**/*.test.ts'],
          exclude: [...needsBuild, ...needsIsolation],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: needsIsolation } },
      // Whole processes take their time on a busy machine.
      {
        extends: true,
        test: { name: 'built', include: needsBuild, globalSetup: ['test/support/build.ts'], testTimeout: 60_000 },
      },
    ],
  },
});
