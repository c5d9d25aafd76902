import { join } from 'node:path';
import { CancelledError } from '../../../src/model/index.js';
import type { IndexReport } from '../../../src/ingest/index.js';
import { openStore, type Store } from '../../../src/store/index.js';
import { dumpOf, indexFolder, SETTLED, type FolderOptions } from '../index-folder.js';
import { CutError } from './cut-database.js';
import { EditedFolder } from './edited-folder.js';
import { factsIn } from './facts-in.js';
import type { Cut, Run, Script, Step } from './script.js';
import { Stores } from './stores.js';

const PROJECT = 'p';
const SHOWN_LINES = 12;

/** The store is not what a clean rebuild gives. */
export class Divergence extends Error {
  override readonly name = 'Divergence';

  constructor(
    /** Position of the step in the script. */
    readonly step: number,
    what: string,
    actual: readonly string[],
    expected: readonly string[],
  ) {
    super(`Step ${step}: ${what}\n${differences(actual, expected).join('\n')}`);
  }
}

function differences(actual: readonly string[], expected: readonly string[]): string[] {
  const [has, wants] = [new Set(actual), new Set(expected)];
  const lines = [
    ...expected.filter((line) => !has.has(line)).map((line) => `  missing:    ${line}`),
    ...actual.filter((line) => !wants.has(line)).map((line) => `  unexpected: ${line}`),
  ];
  const more = lines.length - SHOWN_LINES;
  return more > 0 ? [...lines.slice(0, SHOWN_LINES), `  and ${more} lines more`] : lines;
}

/** What playing a script did. */
export interface Played {
  readonly steps: number;
  /** Runs that ended before their end. */
  readonly cuts: number;
  /** Edges that were compared, over all steps. */
  readonly edges: number;
}

export interface PlayOptions {
  /** Ends with the store's own comparison with a clean rebuild. */
  readonly deep?: boolean;
  /** Called after each run that came to its end, with the position of its step. */
  readonly onReport?: (report: IndexReport, step: number) => void;
}

/**
 * Plays a script and compares, after every step, what the store holds with what a store that was never
 * used before holds of the same files. A run that is cut short must leave the state before it or the one
 * after it.
 *
 * Throws {@link Divergence}, and whatever an index run throws that nothing cut short.
 */
export async function play(script: Script, options: PlayOptions = {}): Promise<Played> {
  const folder = new EditedFolder();
  const player = new Player(folder, new Stores(script.store, join(folder.base, 'code.db')), options);
  try {
    for (const step of script.steps) await player.take(step);
    await player.finish();
    return { steps: script.steps.length, cuts: player.cuts, edges: player.edges };
  } finally {
    await player.close();
    folder.delete();
  }
}

type Outcome = { readonly kind: 'done'; readonly nodes: number; readonly edges: number } | { readonly kind: 'cut' };

class Player {
  cuts = 0;
  edges = 0;
  private step = -1;
  /** What the store held after the last step. */
  private before: readonly string[] = [];
  /** Paths that changed since a run last came to its end. */
  private readonly changed = new Set<string>();
  /** Dumps of states that were there before: branches flip, edits are undone. */
  private readonly known = new Map<string, readonly string[]>();

  constructor(
    private readonly folder: EditedFolder,
    private readonly stores: Stores,
    private readonly options: PlayOptions,
  ) {}

  async take({ files, run }: Step): Promise<void> {
    this.step++;
    for (const path of this.folder.change(files)) this.changed.add(path);
    const which = run.other === true ? 1 : 0;
    if (run.reopen === true) await this.stores.reopen(which);
    const outcome = await this.index(run, which);
    const store = await this.stores.get(which);
    const actual = await dumpOf(store);
    const expected = await this.expected();
    if (outcome.kind === 'done') this.compareWhole(outcome, actual, expected);
    else if (!isEqual(actual, this.before) && (run.cut?.how === 'abort' || !isEqual(actual, expected))) {
      throw new Divergence(this.step, `a run that was cut short (${run.cut?.how}) left a change.`, actual, this.before);
    }
    this.before = actual;
  }

  /** After the last step: one more run, which has nothing to do unless the last was cut; then all there is. */
  async finish(): Promise<void> {
    await this.take({ files: {}, run: {} });
    const store = await this.stores.get(0);
    const { ok, checks } = await store.verify({ deep: this.options.deep === true });
    const failed = checks.filter((check) => !check.ok).map(({ name, detail }) => `${name}: ${detail}`);
    if (!ok) throw new Divergence(this.step, 'the store is not sound.', failed, []);
    const fresh = await this.fresh();
    try {
      const [actual, expected] = [await factsIn(store, PROJECT), await factsIn(fresh, PROJECT)];
      if (!isEqual(actual, expected)) throw new Divergence(this.step, 'the facts differ.', actual, expected);
    } finally {
      await fresh.close();
    }
  }

  async close(): Promise<void> {
    await this.stores.closeAll();
  }

  private compareWhole(
    totals: Outcome & { kind: 'done' },
    actual: readonly string[],
    expected: readonly string[],
  ): void {
    if (!isEqual(actual, expected)) {
      throw new Divergence(this.step, 'the store differs from a clean rebuild.', actual, expected);
    }
    const nodes = expected.filter((line) => line.startsWith('node\t')).length;
    const edges = expected.length - nodes;
    if (totals.nodes !== nodes || totals.edges !== edges) {
      const counted = (count: { nodes: number; edges: number }): string[] => [
        `${count.nodes} nodes, ${count.edges} edges`,
      ];
      throw new Divergence(this.step, 'the report counts wrongly.', counted(totals), counted({ nodes, edges }));
    }
    this.edges += edges;
  }

  private async index(run: Run, which: 0 | 1): Promise<Outcome> {
    const store = await this.stores.get(which);
    await this.stores.arm(which, run.cut);
    const options: FolderOptions = {
      projectId: PROJECT,
      ...(run.force === true ? { force: true } : {}),
      ...(run.changed === undefined ? {} : { changed: this.changedPaths(run.changed) }),
      ...aborting(run.cut),
    };
    const now = run.unsettled === true ? Date.now : SETTLED;
    try {
      const report = await indexFolder(store, this.folder.root, options, now);
      const { nodes, edges } = report;
      this.options.onReport?.(report, this.step);
      this.changed.clear();
      return { kind: 'done', nodes, edges };
    } catch (error) {
      if (run.cut === undefined || !isCut(error)) throw error;
      this.cuts++;
      return { kind: 'cut' };
    } finally {
      await this.stores.arm(which, undefined);
      if (run.cut !== undefined) await this.stores.bury(which);
    }
  }

  private changedPaths(how: NonNullable<Run['changed']>): string[] {
    const paths = [...this.changed];
    if (how === 'more') return [...paths, ...this.folder.paths.slice(0, 2), 'never/was.ts'];
    if (how === 'exact') return paths;
    // What is at the top has no folder to name but the project's own.
    return [...new Set(paths.map((path) => path.split('/')[0] ?? path))];
  }

  private async expected(): Promise<readonly string[]> {
    const { state } = this.folder;
    const known = this.known.get(state);
    if (known !== undefined) return known;
    const fresh = await this.fresh();
    try {
      const dump = await dumpOf(fresh);
      this.known.set(state, dump);
      return dump;
    } finally {
      await fresh.close();
    }
  }

  private async fresh(): Promise<Store> {
    const store = await openStore(':memory:');
    await indexFolder(store, this.folder.root, { projectId: PROJECT });
    return store;
  }
}

function aborting(cut: Cut | undefined): Pick<FolderOptions, 'signal' | 'onProgress'> {
  if (cut?.how !== 'abort') return {};
  const controller = new AbortController();
  let reports = 0;
  return { signal: controller.signal, onProgress: () => void (++reports === cut.at && controller.abort()) };
}

/** Also when it was wrapped on its way. */
function isCut(error: unknown): boolean {
  if (error instanceof CutError || error instanceof CancelledError) return true;
  return error instanceof Error && error.cause !== undefined && isCut(error.cause);
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, at) => line === b[at]);
}
