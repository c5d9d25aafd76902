import type { IndexReport } from '../ingest/index.js';
import { isLestockageError } from '../model/index.js';
import type { Store } from './store.js';

/** Links what a run changed; should others change the store all the time, that is left to the next run. */
export async function linkAfterRun(
  store: Store,
  report: IndexReport,
  signal: AbortSignal | undefined,
): Promise<IndexReport> {
  try {
    const { edges } = await store.link(signal === undefined ? {} : { signal });
    return edges === 0 ? report : { ...report, ...(await store.projects.counts(report.project)) };
  } catch (error) {
    if (!isLestockageError(error) || error.code !== 'STALE_GENERATION') throw error;
    const warning = { file: '', code: 'LINKS_WAIT', message: error.message };
    return { ...report, warnings: [...report.warnings, warning] };
  }
}
