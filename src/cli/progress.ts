import type { IndexProgress } from '../index.js';
import type { Host } from './context.js';

/** Shows how far an indexing run is, on stderr. */
export interface ProgressBar {
  show(progress: IndexProgress): void;
  /** Takes the bar off the screen. */
  clear(): void;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 80;
const CLEAR_LINE = '\r\x1b[2K';

const SILENT: ProgressBar = { show: () => undefined, clear: () => undefined };

/** A bar with files, symbols and rate when stderr is a terminal; otherwise one that stays silent. */
export function progressBar(host: Host, clock: () => number = () => performance.now()): ProgressBar {
  const { stderr, environment } = host;
  if (!stderr.isTTY || environment['TERM'] === 'dumb') return SILENT;
  const isColored = (environment['NO_COLOR'] ?? '') === '';
  const startedAt = clock();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show: (progress) => {
      const now = clock();
      if (now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      const width = stderr.columns > 0 ? stderr.columns : 80;
      stderr.write(CLEAR_LINE + progressLine(progress, now - startedAt, width - 1, isColored));
    },
    clear: () => void stderr.write(CLEAR_LINE),
  };
}

/** One line of at most `width` columns. */
export function progressLine(progress: IndexProgress, elapsedMs: number, width: number, isColored: boolean): string {
  const { phase, filesDone, filesTotal, symbols } = progress;
  const share = filesTotal > 0 ? Math.min(1, filesDone / filesTotal) : 0;
  const filled = Math.round(share * BAR_WIDTH);
  const rate = elapsedMs > 0 ? Math.round((filesDone * 1000) / elapsedMs) : 0;
  const head = phase.padEnd(6);
  const tail =
    phase === 'vectors'
      ? `${filesDone}/${filesTotal} vectors  ${rate} vectors/s`
      : `${filesDone}/${filesTotal} files  ${symbols} symbols  ${rate} files/s`;
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  if (head.length + BAR_WIDTH + tail.length + 3 > width) return `${head} ${tail}`.slice(0, Math.max(0, width));
  return `${head} ${isColored ? `\x1b[36m${bar}\x1b[0m` : bar}  ${tail}`;
}
