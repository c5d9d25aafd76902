import type { IndexReport, IndexWarning } from '../indexer.js';
import type { Changes } from './change-queue.js';

/** Remembers what was told already, so that a run that brought nothing new is not told. */
export class RunNews {
  #last: IndexReport | undefined;
  /** Warnings that hold, by file. */
  #warnings = new Map<string, Set<string>>();

  /** Is this report worth telling: did the run change the store, or warn of something new? */
  take(report: IndexReport, changes: Changes): boolean {
    const isWarningNew = this.#takeWarnings(report.warnings, changes);
    const last = this.#last;
    this.#last = report;
    if (last === undefined || isWarningNew || report.generation !== last.generation) return true;
    const { files, recomputed } = report;
    const work = files.parsed + files.removed + recomputed.parse + recomputed.bindings;
    return work > 0 || report.nodes !== last.nodes || report.edges !== last.edges;
  }

  #takeWarnings(warnings: readonly IndexWarning[], { paths, scan }: Changes): boolean {
    const before = this.#warnings;
    const now = new Map<string, Set<string>>();
    // A run that looked at some files only says nothing about the others.
    if (!scan) for (const [file, texts] of before) if (!paths.has(file)) now.set(file, new Set(texts));
    let isNew = false;
    for (const { file, code, message } of warnings) {
      const text = `${code} ${message}`;
      if (before.get(file)?.has(text) !== true) isNew = true;
      const texts = now.get(file) ?? new Set<string>();
      now.set(file, texts.add(text));
    }
    this.#warnings = now;
    return isNew;
  }
}
