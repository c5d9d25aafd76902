import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLestockageError } from '../../../src/model/index.js';
import { openDatabase, type Database } from '../../../src/sql/index.js';
import { Store } from '../../../src/store/index.js';
import { dumpOf } from '../index-folder.js';
import type { Dice } from './dice.js';
import { FAULT_KINDS, FaultyDatabase, type Fault } from './faulty-database.js';
import { indexAll, makeWorkplace, type Operation, type Workplace } from './operations.js';

/** What a store did wrong after a failure. */
export class InjectionFailure extends Error {
  override readonly name = 'InjectionFailure';
}

export interface InjectionCounts {
  readonly tries: number;
  /** Faults that happened. */
  readonly struck: number;
  /** Of these, how many the operation failed for. */
  readonly failed: number;
}

/** Tables whose rows say what a store holds. Leases, blocks of ids and what is kept to save work may differ. */
const TABLES = [
  'embedding_queue',
  'embeddings',
  'external_names',
  'external_refs',
  'files',
  'generations',
  'global_symbols',
  'import_routes',
  'intel_edges',
  'intel_nodes',
  'metric_snapshots',
  'node_embeddings',
  'node_words',
  'packages',
  'precise_files',
  'project_deps',
  'symbol_refs',
];
/** Larger than any that a system gives. */
const DEAD_PID = 4_194_305;

interface Opened {
  readonly store: Store;
  readonly database: FaultyDatabase;
  readonly inner: Database;
}

/** One operation, run many times from the same state, each time with another failure. */
export class Injection {
  readonly #base = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-injection-')));
  /** The states that the operation goes through when nothing fails. */
  readonly #states = new Set<string>();
  #last = '';
  #operations = 0;
  #at: Workplace | undefined;
  #counts = { tries: 0, struck: 0, failed: 0 };

  constructor(readonly operation: Operation) {}

  get counts(): InjectionCounts {
    return { ...this.#counts };
  }

  delete(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  /** Makes the state that every try starts from, and runs the operation once without a failure. */
  async prepare(): Promise<void> {
    const at = (this.#at = makeWorkplace(this.#base));
    mkdirSync(join(this.#base, 'start'));
    const { store } = await this.#open('start');
    await indexAll(store, at);
    await this.operation.prepare?.(store, at);
    await store.close();
    const clean = await this.#copy('clean');
    this.#states.add(await fingerprint(clean));
    clean.database.onWritten = async () => void this.#states.add(await fingerprint(clean));
    clean.database.arm();
    await this.operation.run(clean.store, at);
    this.#operations = clean.database.count;
    clean.database.onWritten = async () => undefined;
    this.#last = withoutGenerations(await fingerprint(clean));
    await clean.store.close();
  }

  /** Lets one failure happen somewhere in the operation. Throws {@link InjectionFailure}. */
  async tryOnce(dice: Dice): Promise<void> {
    const kind = dice.pick(FAULT_KINDS);
    const fault: Fault = { kind, at: 1 + dice.below(this.#operations), isLasting: dice.chance(0.3) };
    try {
      await this.#tryWith(fault);
    } catch (error) {
      throw new InjectionFailure(`'${this.operation.name}' with ${JSON.stringify(fault)}: ${String(error)}`, {
        cause: error,
      });
    }
  }

  async #tryWith(fault: Fault): Promise<void> {
    const at = this.#at;
    if (at === undefined) throw new RangeError('prepare() comes first.');
    const opened = await this.#copy('try');
    const { store, database, inner } = opened;
    try {
      database.arm(fault);
      const failure = await failureOf(this.operation.run(store, at));
      const { hasStruck } = database;
      database.arm();
      this.#counts.tries++;
      if (hasStruck) this.#counts.struck++;
      if (failure !== undefined) this.#counts.failed++;
      if (failure !== undefined && !isLestockageError(failure)) {
        throw failure instanceof Error
          ? failure
          : new Error('It threw something that is no error.', { cause: failure });
      }
      if (failure !== undefined && !hasStruck)
        throw new Error('it failed although nothing failed below it', { cause: failure });
      const when = failure === undefined ? 'after it' : 'after it failed';
      requireOneOf(this.#states, await soundState(opened, when, this.operation.mayFail), when);
      // As if the process that failed were gone, for it may not have been able to say that it is done.
      await inner.write([
        {
          sql: `UPDATE leases SET holder = json_set(holder, '$.pid', ?) WHERE holder IS NOT NULL`,
          parameters: [DEAD_PID],
        },
      ]);
      await this.operation.run(store, at);
      // What was committed before the failure may be committed again.
      const last = withoutGenerations(await soundState(opened, 'after the next try'));
      requireOneOf(new Set([this.#last]), last, 'after the next try');
    } finally {
      await store.close();
    }
  }

  async #copy(name: string): Promise<Opened> {
    rmSync(join(this.#base, name), { recursive: true, force: true });
    cpSync(join(this.#base, 'start'), join(this.#base, name), { recursive: true });
    return this.#open(name);
  }

  async #open(name: string): Promise<Opened> {
    const inner = await openDatabase({ path: join(this.#base, name, 'code.db'), durability: 'off', readers: 1 });
    const database = new FaultyDatabase(inner);
    return { inner, database, store: new Store(database, { vectorIndex: { exactBelow: 1 } }) };
  }
}

async function failureOf(run: Promise<unknown>): Promise<unknown> {
  try {
    await run;
    return undefined;
  } catch (error) {
    return error ?? new Error('It threw nothing.');
  }
}

/** The state of a store that is sound. */
async function soundState(opened: Opened, when: string, mayFail?: string): Promise<string> {
  const { checks } = await opened.store.verify();
  const bad = checks.filter(({ ok, name }) => !ok && name !== mayFail);
  const faults = bad.map(({ name, detail }) => `${name}: ${detail}`);
  if (faults.length > 0) throw new Error(`${when}, verify finds ${faults.join('; ')}`);
  return fingerprint(opened);
}

function requireOneOf(states: ReadonlySet<string>, state: string, when: string): void {
  if (states.has(state)) return;
  throw new Error(`${when} the store has a state that it may not have:\n${state}\nnone of\n${[...states].join('\n')}`);
}

function withoutGenerations(state: string): string {
  return state.replace(/generations \d+/, '');
}

/** What a store holds, in short: its canonical form, and how many rows its tables have. */
async function fingerprint({ inner }: Opened): Promise<string> {
  const lines = await dumpOf(new Store(inner, { vectorFolder: null }));
  const counts: string[] = [];
  for (const table of TABLES) {
    const row = await inner.first<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
    counts.push(`${table} ${row?.count ?? 0}`);
  }
  return `${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 12)} ${counts.join(' ')}`;
}
