import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { isLestockageError } from '../../../src/model/index.js';
import { openStore, type Store } from '../../../src/store/index.js';
import { indexFolder } from '../index-folder.js';
import { answersOf, BROKEN, isAnswer, REFUSED, type Answers } from './answers.js';
import type { Dice } from './dice.js';
import { editApp, indexAll, makeWorkplace, type Workplace } from './operations.js';

/** What is altered: pages of the main file, the write-ahead log, or single values that are kept packed. */
export const DAMAGE_KINDS = ['file', 'log', 'packed'] as const;
export type DamageKind = (typeof DAMAGE_KINDS)[number];

/**
 * How a damage was noticed, if it was, best first. `untyped`: reading it failed with an error of JavaScript, because
 * a value has another type than its column.
 */
export const NOTICED = ['harmless', 'refused', 'untyped', 'verify', 'verify deep', 'not at all'] as const;
export type Noticed = (typeof NOTICED)[number];

export interface DamageOutcome {
  readonly noticed: Noticed;
  /** Questions whose answers were neither right nor refused. */
  readonly wrong: readonly string[];
  readonly what: string;
}

/** Columns with values that this project packs, or keeps for later, and what tells their rows apart. */
const PACKED = [
  ['graph_snapshots', 'data', 'project_id'],
  ['graph_results', 'data', "project_id || ' ' || query"],
  ['metric_snapshots', 'data', 'id'],
  ['memo_packs', 'data', 'id'],
  ['content_results', 'result', 'key'],
  ['analysis_cache', 'complexity_metrics', 'node_hash'],
  ['analysis_cache', 'cfg_data', 'node_hash'],
] as const;
const PAGE_BYTES = 4096;
const WAL_HEAD_BYTES = 32;

/** A store with something of every kind in it, and what it answers. */
export class DamagedStores {
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-damage-')));
  #whole: Answers = new Map();
  /** What it answered before the commit that is in the log alone. */
  #before: Answers = new Map();

  async prepare(): Promise<void> {
    const at = makeWorkplace(this.#base);
    const store = await this.#open('whole');
    await fill(store, at);
    await store.close();
    const logged = await this.#open('whole');
    this.#before = await answersOf(logged);
    editApp(at, 'again');
    await indexFolder(logged, at.app);
    // Twice, so that what is kept for later was kept.
    await answersOf(logged);
    this.#whole = await answersOf(logged);
    // As a process leaves them that ends here: the last commit is in the log.
    mkdirSync(join(this.#base, 'logged'));
    for (const ending of ['', '-wal']) copyFileSync(this.#path('whole') + ending, this.#path('logged') + ending);
    await logged.close();
  }

  delete(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  /** The answers of the store when nothing is wrong. */
  get answers(): Answers {
    return this.#whole;
  }

  /** Alters a copy of the store and looks who notices. */
  async tryOnce(kind: DamageKind, dice: Dice): Promise<DamageOutcome> {
    rmSync(join(this.#base, 'copy'), { recursive: true, force: true });
    mkdirSync(join(this.#base, 'copy'));
    const source = kind === 'log' ? 'logged' : 'whole';
    copyFileSync(this.#path(source), this.#path('copy'));
    if (kind === 'log') copyFileSync(`${this.#path(source)}-wal`, `${this.#path('copy')}-wal`);
    const what = this.#alter(kind, dice);
    const outcome = await this.#lookAt(kind === 'log' ? [this.#whole, this.#before] : [this.#whole]);
    return { ...outcome, what };
  }

  #alter(kind: DamageKind, dice: Dice): string {
    const path = this.#path('copy');
    if (kind === 'packed') return alterValue(path, dice);
    const file = kind === 'log' ? `${path}-wal` : path;
    const bytes = readFileSync(file);
    const what = alterBytes(bytes, kind === 'log' ? WAL_HEAD_BYTES : 0, dice);
    writeFileSync(file, bytes);
    return `${kind}: ${what}`;
  }

  async #lookAt(right: readonly Answers[]): Promise<Omit<DamageOutcome, 'what'>> {
    let store: Store;
    try {
      store = await this.#open('copy');
    } catch (error) {
      if (!isLestockageError(error)) throw error;
      return { noticed: 'refused', wrong: [] };
    }
    try {
      const answers = await answersOf(store);
      const wrong = right.map((each) => wrongAnswers(each, answers)).sort((a, b) => a.length - b.length)[0] ?? [];
      const failed = [...answers].flatMap(([name, answer]) => (answer === this.#whole.get(name) ? [] : [answer]));
      if (wrong.length === 0 && failed.some((answer) => answer.startsWith(BROKEN)))
        return { noticed: 'untyped', wrong };
      if (wrong.length === 0) {
        return { noticed: failed.some((answer) => answer.startsWith(REFUSED)) ? 'refused' : 'harmless', wrong };
      }
      if (!(await isSound(store, false))) return { noticed: 'verify', wrong };
      return { noticed: (await isSound(store, true)) ? 'not at all' : 'verify deep', wrong };
    } finally {
      await store.close();
    }
  }

  async #open(name: string): Promise<Store> {
    mkdirSync(join(this.#base, name), { recursive: true });
    return openStore({ path: this.#path(name), durability: 'off', vectorFolder: null, readers: 1 });
  }

  #path(name: string): string {
    return join(this.#base, name, 'code.db');
  }
}

/** Everything that a store can keep. */
async function fill(store: Store, at: Workplace): Promise<void> {
  await indexAll(store, at);
  editApp(at, 'first');
  await indexAll(store, at);
  await store.analytics.takeSnapshot({ label: 'kept' });
  await answersOf(store);
}

/** Answers that are neither those of the whole store nor an error that says that there is none. */
function wrongAnswers(right: Answers, found: Answers): string[] {
  return [...found].filter(([name, answer]) => answer !== right.get(name) && isAnswer(answer)).map(([name]) => name);
}

async function isSound(store: Store, deep: boolean): Promise<boolean> {
  try {
    return (await store.verify({ deep })).ok;
  } catch {
    // Whatever it fails with, it does not say that the store is sound.
    return false;
  }
}

function alterBytes(bytes: Buffer, from: number, dice: Dice): string {
  const place = (): number => from + dice.below(bytes.length - from);
  const kind = dice.below(4);
  if (kind === 0) {
    const at = place();
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
    return `a bit of byte ${at}`;
  }
  if (kind === 1) {
    for (let left = 20; left > 0; left--) bytes[place()] = dice.below(256);
    return '20 bytes';
  }
  const page = dice.below(Math.floor(bytes.length / PAGE_BYTES)) * PAGE_BYTES;
  if (kind === 2) {
    bytes.fill(0, Math.max(page, from), page + PAGE_BYTES);
    return `page ${page / PAGE_BYTES} is zero`;
  }
  const other = dice.below(Math.floor(bytes.length / PAGE_BYTES)) * PAGE_BYTES;
  bytes.copy(bytes, Math.max(page, from), Math.max(other, from), other + PAGE_BYTES);
  return `page ${page / PAGE_BYTES} is page ${other / PAGE_BYTES}`;
}

/** A value is another, in a file that is sound for SQLite. */
function alterValue(path: string, dice: Dice): string {
  const file = new Sqlite(path);
  try {
    const [table, column, key] = dice.pick(PACKED);
    const rows = file
      .prepare<[], { place: string | number | Buffer; bytes: Buffer }>(
        `SELECT ${key} AS place, CAST(${column} AS BLOB) AS bytes FROM ${table} WHERE length(${column}) > 0`,
      )
      .all();
    if (rows.length === 0) return `${table}.${column} has no rows`;
    const { place, bytes } = dice.pick(rows);
    const cut = dice.chance(0.2) ? bytes.subarray(0, dice.below(bytes.length)) : bytes;
    if (cut.length > 0) alterOneByte(cut, dice);
    file.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${key} = ?`).run(cut, place);
    return `${table}.${column}`;
  } finally {
    file.close();
  }
}

function alterOneByte(bytes: Buffer, dice: Dice): void {
  const at = dice.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 + dice.below(255));
}
