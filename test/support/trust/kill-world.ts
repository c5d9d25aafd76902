import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { openStore, type Store } from '../../../src/store/index.js';
import type { ChildProgram } from '../child-program.js';
import { dumpFromScratch, dumpOf } from '../index-folder.js';
import { AcknowledgementLog, type Acknowledged } from './acknowledgements.js';
import { Dice } from './dice.js';
import { start, type Programs } from './processes.js';
import { SourceTree } from './source-tree.js';

/** What a store did wrong after a kill. */
export class KillFailure extends Error {
  override readonly name = 'KillFailure';
}

/** Sources of the project whose indexing is killed, and of another one in the same store. */
export interface Originals {
  readonly main: string;
  readonly other: string;
}

export interface KillCounts {
  readonly kills: number;
  /** Generations that were acknowledged before kills, and looked for after them. */
  readonly acknowledged: number;
  /** Kills that left something in the write-ahead log. */
  readonly midway: number;
  /** Runs with another writer, and with readers. */
  readonly withWriter: number;
  readonly withReader: number;
  /** Comparisons with a rebuild from the files. */
  readonly rebuilds: number;
}

/** The longest times that a process lives after it began, in times of an index run; one is drawn for each kill. */
const LIVES = [0.1, 0.5, 1, 3, 6];
/** Of a first index run, before one was measured. */
const FIRST_RUN_MS = 2000;
/** Of all runs, these are compared with a rebuild from nothing; the others with what `verify` proves. */
const REBUILD_SHARE = 0.1;
/** Long enough for whatever a process has begun; a bound, so that nothing waits for ever. */
const STOP_MS = 60_000;

/** One store, with processes that write and read it and are killed at random moments, all drawn from one seed. */
export class KillWorld {
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-kills-')));
  readonly #database = join(this.#base, 'db', 'code.db');
  readonly #log = join(this.#base, 'acknowledged.log');
  readonly #dice: Dice;
  /** How long an index run takes here and now, in milliseconds. */
  #runMs = FIRST_RUN_MS;
  #counts = { kills: 0, acknowledged: 0, midway: 0, withWriter: 0, withReader: 0, rebuilds: 0 };

  constructor(
    private readonly programs: Programs,
    private readonly originals: Originals,
    seed: number,
  ) {
    this.#dice = new Dice(seed);
    mkdirSync(join(this.#base, 'db'));
    SourceTree.copy(originals.main, join(this.#base, 'main'));
    SourceTree.copy(originals.other, join(this.#base, 'other'));
  }

  get counts(): KillCounts {
    return { ...this.#counts };
  }

  delete(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  /** Kills once and looks at what is left. Throws {@link KillFailure}. */
  async step(isRebuilt: boolean = this.#dice.chance(REBUILD_SHARE)): Promise<void> {
    await this.#killedRun();
    await this.#lookAtIt(isRebuilt);
  }

  async #killedRun(): Promise<void> {
    const dice = this.#dice;
    const embed = dice.chance(0.5);
    const main = await this.#writer('main', embed);
    const beside: ChildProgram[] = [];
    if (dice.chance(0.4)) {
      beside.push(await this.#writer('other', embed));
      this.#counts.withWriter++;
    }
    if (dice.chance(0.4) && existsSync(this.#database) && (await hasSchema(this.#database))) {
      beside.push(await this.#reader());
      this.#counts.withReader++;
    }
    await pause(dice.below(Math.ceil(dice.pick(LIVES) * this.#runMs)));
    if (main.process.exitCode !== null) throw new KillFailure('the writer ended by itself');
    main.process.kill('SIGKILL');
    this.#counts.kills++;
    if ((await main.ended) !== 'SIGKILL') throw new KillFailure('the writer ended by itself before it was killed');
    for (const child of beside) {
      // The others are killed as well, or go on and must come to a good end.
      if (dice.chance(0.5)) {
        child.process.kill('SIGKILL');
        await child.ended;
      } else await stopped(child);
    }
  }

  async #writer(project: 'main' | 'other', embed: boolean): Promise<ChildProgram> {
    return start(this.programs, 'index-again', {
      database: this.#database,
      root: join(this.#base, project),
      original: this.originals[project],
      project,
      log: this.#log,
      seed: this.#dice.below(2 ** 30),
      embed,
    });
  }

  async #reader(): Promise<ChildProgram> {
    return start(this.programs, 'ask-again', {
      database: this.#database,
      projects: ['main', 'other'],
      seed: this.#dice.below(2 ** 30),
    });
  }

  async #lookAtIt(isRebuilt: boolean): Promise<void> {
    const log = statSync(`${this.#database}-wal`, { throwIfNoEntry: false });
    if ((log?.size ?? 0) > 0) this.#counts.midway++;
    const store = await openStore(this.#database);
    try {
      await requireSound(store, 'after the kill');
      const lost = await this.#lost(store);
      if (lost.length > 0) throw new KillFailure(`acknowledged, but not there: ${JSON.stringify(lost)}`);
      for (const project of ['main', 'other'] as const) {
        const started = performance.now();
        await store.index({ root: join(this.#base, project), projectId: project, workers: 0, embed: isRebuilt });
        if (project === 'main') this.#runMs = performance.now() - started;
        if (!isRebuilt) continue;
        const [stored, fresh] = [
          await dumpOf(store, project),
          await dumpFromScratch(join(this.#base, project), project),
        ];
        const at = fresh.findIndex((line, index) => line !== stored[index]);
        if (at >= 0 || stored.length !== fresh.length) {
          throw new KillFailure(`${project} differs from a rebuild: '${stored[at]}' for '${fresh[at]}'`);
        }
      }
      if (isRebuilt) this.#counts.rebuilds++;
      await requireSound(store, 'after the next run');
    } finally {
      await store.close();
    }
  }

  async #lost(store: Store): Promise<Acknowledged[]> {
    const all = new AcknowledgementLog(this.#log).read();
    this.#counts.acknowledged = all.length;
    const committed = generationsIn(this.#database);
    const reached = new Map((await store.projects.list()).map(({ id, generation }) => [String(id), generation]));
    return all.filter(
      ({ project, generation }) => !committed.has(generation) || (reached.get(project) ?? 0) < generation,
    );
  }
}

/** Asked of SQLite itself. */
function generationsIn(database: string): Set<number> {
  const file = new Sqlite(database, { readonly: true });
  try {
    return new Set(file.prepare<[], number>('SELECT id FROM generations').pluck().all());
  } finally {
    file.close();
  }
}

/** Whether there is something to read for whoever may not make it. */
async function hasSchema(database: string): Promise<boolean> {
  try {
    await (await openStore({ path: database, readOnly: true })).close();
    return true;
  } catch {
    return false;
  }
}

async function requireSound(store: Store, when: string): Promise<void> {
  const { checks } = await store.verify();
  const faults = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
  if (faults.length > 0) throw new KillFailure(`${when}, verify finds ${faults.join('; ')}`);
}

/** Tells a process to stop and takes what it has to say. */
async function stopped(child: ChildProgram): Promise<void> {
  child.tell('stop');
  const end = await Promise.race([child.ended, pause(STOP_MS, 'nothing' as const, { ref: false })]);
  if (end === 'nothing') {
    child.process.kill('SIGKILL');
    throw new KillFailure(`a process beside the killed one did not stop within ${STOP_MS} ms`);
  }
  if (end !== 0) throw new KillFailure(`a process beside the killed one ended with ${end}`);
  const { faults = [] } = (await child.next()) as { readonly faults?: readonly string[] };
  if (faults.length > 0) throw new KillFailure(`a reader beside the killed process: ${faults.join('; ')}`);
}
