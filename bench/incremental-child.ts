/**
 * Indexes a generated tree from nothing, or edits it and indexes what changed, in one process.
 *
 * Usage: `node incremental-child.js <task as JSON>`. Prints one JSON document. The tree and the store are
 * left as they were found, but for what the store remembers.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Parser } from 'web-tree-sitter';
import type * as Library from '../src/index.js';
import type { IndexOptions, IndexReport, Store } from '../src/index.js';
import { branchText, EDIT_KINDS, editText, renameDefinition } from './edits.js';
import { moduleCount, modulePath, WIDELY_USED } from './generated-tree.js';
import { loadParser } from './grammar.js';
import { type ChildTask, childTask, type Sample, type Work } from './incremental-runs.js';
import { seededRandom } from './statistics.js';

/** An indexer does not trust the times of files that were written just before. */
const SETTLED_MS = 2_500;
const WARM_UP_EDITS = 5;
const RENAMES = 3;
const BRANCH_SHARE = 0.05;
/** Numbers of edits are above those that generated modules contain, and others in every round. */
const FIRST_NUMBER = 1_000;
const NUMBERS_PER_ROUND = 1_000;

async function indexCold(store: Store, { folder }: ChildTask): Promise<object> {
  const usedBefore = process.cpuUsage();
  const startedAt = performance.now();
  const report = await store.index({ root: folder });
  const indexMs = performance.now() - startedAt;
  const used = process.cpuUsage(usedBefore);
  const processorMs = (used.user + used.system) / 1000;
  return { indexMs, processorMs, files: report.files.parsed, nodes: report.nodes, edges: report.edges };
}

/** One process that edits a tree, and what it measured so far. */
class EditProcess {
  readonly samples: Partial<Record<Work, Sample[]>> = {};
  readonly #startedAt = performance.now();
  readonly #random: () => number;

  constructor(
    private readonly store: Store,
    private readonly parser: Parser,
    private readonly task: ChildTask,
  ) {
    this.#random = seededRandom(task.shape.seed + task.round + 1);
  }

  async run(): Promise<object> {
    await sleep(SETTLED_MS);
    const firstMs = (await this.index(undefined)).ms;
    await this.repeat(async () => {
      await this.measure('stat', undefined, () => statAll(this.task.folder));
      await this.measure('watched', [], null);
    });
    const { samples } = this;
    if (this.task.mode === 'no-change') return { firstMs, firstEditMs: null, honoursChanged: null, samples };
    const { firstEditMs, honoursChanged } = await this.warmUp();
    await this.repeat((repetition) => this.editEach(repetition));
    for (let time = 0; time < RENAMES; time++) await this.rename(time);
    await this.flipBranch();
    return { firstMs, firstEditMs, honoursChanged, samples };
  }

  /** Without `changed` the whole folder is looked at. */
  private async index(changed: readonly string[] | undefined): Promise<{ ms: number; report: IndexReport }> {
    const options: IndexOptions & { readonly changed?: readonly string[] } = {
      root: this.task.folder,
      ...(changed === undefined ? {} : { changed }),
    };
    const startedAt = performance.now();
    const report = await this.store.index(options);
    return { ms: performance.now() - startedAt, report };
  }

  private async measure(
    work: Work,
    changed: readonly string[] | undefined,
    floor: (() => unknown) | null,
  ): Promise<void> {
    const { ms, report } = await this.index(changed);
    const { parse, analysis, bindings } = report.recomputed;
    const startedAt = performance.now();
    await floor?.();
    const floorMs = floor === null ? null : performance.now() - startedAt;
    (this.samples[work] ??= []).push({ indexMs: ms, floorMs, recomputed: { parse, analysis, bindings } });
  }

  private async repeat(action: (repetition: number) => Promise<void>): Promise<void> {
    for (let repetition = 0; repetition < this.task.repetitions; repetition++) {
      if (repetition > 0 && performance.now() - this.#startedAt > this.task.budgetMs) return;
      await action(repetition);
    }
  }

  /** The very first edit is timed; before the last one `index` is told that nothing changed, to see what it does. */
  private async warmUp(): Promise<{ firstEditMs: number; honoursChanged: boolean }> {
    const times: number[] = [];
    let honoursChanged = false;
    for (let edit = 0; edit < WARM_UP_EDITS; edit++) {
      const path = this.somePath();
      const text = await this.read(path);
      await this.write(path, editText(text, 'body', this.number(NUMBERS_PER_ROUND - 1 - edit)));
      if (edit === WARM_UP_EDITS - 1) honoursChanged = (await this.index([])).report.recomputed.parse === 0;
      times.push((await this.index([path])).ms);
      await this.parse([path]);
      await this.write(path, text);
      await this.index([path]);
    }
    return { firstEditMs: times[0] ?? Number.NaN, honoursChanged };
  }

  /** One edit of each kind, each in another file, and undone. */
  private async editEach(repetition: number): Promise<void> {
    for (const kind of EDIT_KINDS) {
      const path = this.somePath();
      const text = await this.read(path);
      await this.write(path, editText(text, kind, this.number(repetition)));
      await this.measure(kind, [path], () => this.parse([path]));
      await this.write(path, text);
      if (kind === 'body') await this.measure('undo', [path], null);
      else await this.index([path]);
    }
  }

  private async rename(time: number): Promise<void> {
    const { path, name } = WIDELY_USED;
    const text = await this.read(path);
    await this.write(path, renameDefinition(text, name, `${name}${this.number(time)}`));
    await this.measure('rename', [path], () => this.parse([path]));
    await this.write(path, text);
    await this.measure('renameBack', [path], null);
  }

  /** As after a checkout, nobody says which files changed. */
  private async flipBranch(): Promise<void> {
    const modules = moduleCount(this.task.shape);
    const count = Math.max(1, Math.round(modules * BRANCH_SHARE));
    const paths = Array.from({ length: count }, (_, at) => modulePath(Math.floor((at * modules) / count)));
    const here = new Map<string, string>();
    const there = new Map<string, string>();
    for (const [position, path] of paths.entries()) {
      const text = await this.read(path);
      here.set(path, text);
      there.set(path, branchText(text, position, this.number(NUMBERS_PER_ROUND / 2)));
    }
    const branches = [
      ['branchNew', there],
      ['branchBack', here],
      ['branchAgain', there],
    ] as const;
    for (const [work, texts] of branches) {
      for (const [path, text] of texts) await this.write(path, text);
      await this.measure(work, undefined, () => this.parse(paths));
    }
    for (const [path, text] of here) await this.write(path, text);
    await this.index(undefined);
  }

  private number(offset: number): number {
    return FIRST_NUMBER + this.task.round * NUMBERS_PER_ROUND + offset;
  }

  private somePath(): string {
    return modulePath(Math.floor(this.#random() * moduleCount(this.task.shape)));
  }

  private read(path: string): Promise<string> {
    return readFile(join(this.task.folder, path), 'utf8');
  }

  private write(path: string, text: string): Promise<void> {
    return writeFile(join(this.task.folder, path), text);
  }

  private async parse(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const tree = this.parser.parse(await this.read(path));
      if (tree === null) throw new Error(`The parser gave no tree for ${path}.`);
      tree.delete();
    }
  }
}

/** The least that a look at every file takes: all folders listed and all files' times asked for. */
function statAll(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) statAll(path);
    else lstatSync(path, { bigint: true });
  }
}

async function main(): Promise<void> {
  const task = childTask.parse(JSON.parse(process.argv[2] ?? ''));
  const library = (await import(pathToFileURL(task.library).href)) as typeof Library;
  const store = await library.openStore(task.database);
  const found =
    task.mode === 'cold'
      ? await indexCold(store, task)
      : await new EditProcess(store, await loadParser('typescript'), task).run();
  await store.close();
  process.stdout.write(JSON.stringify(found));
}

await main();
