import type { IndexProgress } from '../index.js';
import type { Progress } from './tool.js';

const PHASES: readonly IndexProgress['phase'][] = ['scan', 'parse', 'bind', 'commit', 'embed'];
const UNITS_PER_PHASE = 100;

/**
 * Makes one rising count of the phases of index runs over several folders, and tells of it when it rises by at least
 * one in a hundred of a phase: however many files there are, the client gets a few hundred notes a folder at most.
 */
export class RisingProgress {
  #told = -1;

  constructor(
    private readonly folders: number,
    private readonly tell: (progress: Progress) => void,
  ) {}

  /** @param folder Which of the folders it is, from 0. */
  take(folder: number, { phase, filesDone, filesTotal, symbols }: IndexProgress): void {
    const share = filesTotal > 0 ? Math.min(1, filesDone / filesTotal) : 0;
    const before = folder * PHASES.length + PHASES.indexOf(phase);
    const done = before * UNITS_PER_PHASE + Math.floor(share * UNITS_PER_PHASE);
    if (done <= this.#told) return;
    this.#told = done;
    const message = `${phase}: ${filesDone}/${filesTotal} files, ${symbols} symbols`;
    this.tell({ done, total: this.folders * PHASES.length * UNITS_PER_PHASE, message });
  }
}
