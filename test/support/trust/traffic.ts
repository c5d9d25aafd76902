import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../../../bench/statistics.js';
import { openStore } from '../../../src/store/index.js';
import type { ChildProgram } from '../child-program.js';
import { dumpFromScratch, dumpOf } from '../index-folder.js';
import { AcknowledgementLog } from './acknowledgements.js';
import { Dice } from './dice.js';
import type { Originals } from './kill-world.js';
import { start, type Programs } from './processes.js';
import { SourceTree } from './source-tree.js';

/** What a store did wrong while many processes used it. */
export class TrafficFailure extends Error {
  override readonly name = 'TrafficFailure';
}

export interface TrafficOptions {
  readonly seed: number;
  readonly milliseconds: number;
  readonly readers: number;
}

/** Milliseconds that one kind of call took. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

export interface TrafficReport {
  readonly generations: number;
  readonly answers: number;
  /** Answers that different readers, or one at different times, got at one generation, and that were compared. */
  readonly compared: number;
  readonly latencies: Readonly<Record<string, Latencies>>;
}

interface ReaderEnd {
  readonly latencies: Readonly<Record<string, readonly number[]>>;
  readonly faults: readonly string[];
  readonly answers: readonly (readonly [key: string, digest: string])[];
}

const PROJECTS = ['main', 'other'] as const;
/** A process that was told to stop and goes on for longer hangs. */
const STOP_MS = 120_000;

/**
 * Two processes index two projects of one store, editing them all the time, while others read it. Throws
 * {@link TrafficFailure} when one of them fails, when two answers of one generation differ, or when the store is not
 * what the files say in the end.
 */
export async function runTraffic(
  programs: Programs,
  originals: Originals,
  options: TrafficOptions,
): Promise<TrafficReport> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-traffic-')));
  const children: ChildProgram[] = [];
  try {
    return await play(base, programs, originals, options, children);
  } finally {
    for (const child of children) child.process.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true });
  }
}

async function play(
  base: string,
  programs: Programs,
  originals: Originals,
  { seed, milliseconds, readers }: TrafficOptions,
  children: ChildProgram[],
): Promise<TrafficReport> {
  const dice = new Dice(seed);
  const database = join(base, 'db', 'code.db');
  mkdirSync(join(base, 'db'));
  const setup = await openStore(database);
  for (const project of PROJECTS) {
    const { root } = SourceTree.copy(originals[project], join(base, project));
    await setup.index({ root, projectId: project, workers: 0 });
  }
  await setup.close();
  const log = join(base, 'acknowledged.log');
  const writers = await Promise.all(
    PROJECTS.map(async (project) => {
      const settings = { database, root: join(base, project), original: originals[project], project, log };
      return start(programs, 'index-again', { ...settings, seed: dice.below(2 ** 30), embed: true });
    }),
  );
  children.push(...writers);
  const asking = await Promise.all(
    Array.from({ length: readers }, async () =>
      start(programs, 'ask-again', { database, projects: PROJECTS, seed: dice.below(2 ** 30) }),
    ),
  );
  children.push(...asking);
  await pause(milliseconds);
  const ends = await Promise.all(asking.map(async (child) => (await lastWord(child)) as ReaderEnd));
  const written = await Promise.all(
    writers.map(async (child) => (await lastWord(child)) as { readonly latencies: readonly number[] }),
  );
  const faults = ends.flatMap((end) => end.faults);
  if (faults.length > 0) throw new TrafficFailure(faults.slice(0, 5).join('\n'));
  const compared = compareAnswers(ends);
  await requireConverged(database, base);
  const latencies = new Map<string, number[]>([['index', written.flatMap((each) => each.latencies)]]);
  for (const end of ends) {
    for (const [question, values] of Object.entries(end.latencies)) {
      latencies.set(question, [...(latencies.get(question) ?? []), ...values]);
    }
  }
  return {
    generations: new Set(new AcknowledgementLog(log).read().map(({ generation }) => generation)).size,
    answers: ends.reduce((sum, end) => sum + Object.values(end.latencies).flat().length, 0),
    compared,
    latencies: Object.fromEntries([...latencies].map(([question, values]) => [question, summaryOf(values)])),
  };
}

async function lastWord(child: ChildProgram): Promise<unknown> {
  child.tell('stop');
  const end = await Promise.race([child.ended, pause(STOP_MS, 'nothing' as const, { ref: false })]);
  if (end === 'nothing') throw new TrafficFailure(`a process did not stop within ${STOP_MS} ms`);
  if (end !== 0) throw new TrafficFailure(`a process ended with ${end}`);
  return child.next();
}

/** Whoever asks the same of the same generation gets the same answer. Gives how many were compared. */
function compareAnswers(ends: readonly ReaderEnd[]): number {
  const first = new Map<string, string>();
  let compared = 0;
  for (const [key, digest] of ends.flatMap((end) => end.answers)) {
    const known = first.get(key);
    if (known === undefined) first.set(key, digest);
    else if (known === digest) compared++;
    else throw new TrafficFailure(`two readers had different answers to: ${key}`);
  }
  return compared;
}

async function requireConverged(database: string, base: string): Promise<void> {
  const store = await openStore(database);
  try {
    for (const project of PROJECTS) {
      const root = join(base, project);
      await store.index({ root, projectId: project, workers: 0 });
      const [stored, fresh] = [await dumpOf(store, project), await dumpFromScratch(root, project)];
      if (stored.join('\n') !== fresh.join('\n')) throw new TrafficFailure(`${project} differs from a rebuild`);
    }
    const { checks } = await store.verify();
    const bad = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
    if (bad.length > 0) throw new TrafficFailure(`verify finds ${bad.join('; ')}`);
  } finally {
    await store.close();
  }
}

function summaryOf(values: readonly number[]): Latencies {
  const round = (value: number): number => Math.round(value * 10) / 10;
  return {
    count: values.length,
    p50: round(percentile(values, 0.5)),
    p95: round(percentile(values, 0.95)),
    max: round(Math.max(0, ...values)),
  };
}
