import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends the run's output with `N passed, N failed, N skipped`. A file that could not be loaded and an
 * error outside every test count as failed, so that the line never looks better than the run was.
 */
export class CountedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      counts.failed += module.errors().length;
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'pending' ? 'skipped' : state]++;
      }
    }
    // Printed at the very end: other reporters still write their summaries during this event, and a
    // failed set-up shows in the exit code only.
    process.once('exit', (exitCode) => {
      const failed = exitCode === 0 ? counts.failed : Math.max(counts.failed, 1);
      process.stdout.write(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
    });
  }
}

// Vitest takes a reporter that is named by its file from the default export.
export { CountedReporter as default };
