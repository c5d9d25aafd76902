import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IndexOptions, IndexReport } from '../../src/ingest/index.js';
import type { Timers } from '../../src/ingest/watch/change-queue.js';
import type { EventListener, FolderEvents } from '../../src/ingest/watch/folder-events.js';
import { watchFolder, type WatchOptions, type WatchWarning } from '../../src/ingest/watch/watch-folder.js';
import { BusyError, CorruptionError } from '../../src/model/index.js';

// The law: every change reaches exactly the runs it must, and nothing runs without a change.

class ManualTimers implements Timers {
  #now = 1000;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  start(callback: () => void, delayMs: number): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets the time pass, and everything happen that is due within it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await nextTurn();
      const [due] = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = end;
  }
}

const REPORT: IndexReport = {
  generation: 1,
  project: 'p',
  files: { seen: 1, parsed: 0, unchanged: 1, removed: 0, skipped: 0 },
  nodes: 2,
  edges: 1,
  recomputed: { parse: 0, analysis: 0, bindings: 0, embeddings: 0 },
  warnings: [],
  ms: 1,
};

/** A watch with all around it made by hand. */
class Scene implements FolderEvents {
  readonly timers = new ManualTimers();
  readonly abort = new AbortController();
  /** What happened, in order: `refresh`, `close`, `all`, or the changed paths of a run. */
  readonly log: string[] = [];
  readonly reports: IndexReport[] = [];
  readonly warnings: WatchWarning[] = [];
  /** What the next runs do; afterwards a run reports a new generation. */
  readonly script: ((options: IndexOptions) => IndexReport | Promise<IndexReport>)[] = [];
  readonly ended: Promise<unknown>;
  #generation = 0;
  #listener: EventListener | undefined;

  constructor(options: Omit<WatchOptions, 'root'> = {}, ownFiles: readonly string[] = []) {
    const { signal } = this.abort;
    const watch = watchFolder(
      { root: '/project', signal, onWarning: (warning) => this.warnings.push(warning), ...options },
      {
        index: async (each) => this.#index(each),
        ownFiles,
        timers: this.timers,
        openEvents: (_root, listener) => {
          this.#listener = listener;
          return this;
        },
      },
    );
    this.ended = this.#collect(watch).then(
      () => 'ended',
      (error: unknown) => error,
    );
  }

  get events(): EventListener {
    if (this.#listener === undefined) throw new Error('The watch has not begun.');
    return this.#listener;
  }

  async refresh(): Promise<void> {
    this.log.push('refresh');
  }

  close(): void {
    this.log.push('close');
  }

  /** The runs since the last call. */
  runs(): string[] {
    return this.log.splice(0);
  }

  async #collect(watch: AsyncIterable<IndexReport>): Promise<void> {
    for await (const report of watch) this.reports.push(report);
  }

  async #index({ changed }: IndexOptions): Promise<IndexReport> {
    this.log.push(changed?.join(' ') ?? 'all');
    const run = this.script.shift() ?? (() => ({ ...REPORT, generation: ++this.#generation }));
    return run({ root: '/project' });
  }
}

/** A watch whose first scan is over. */
async function begun(...rest: ConstructorParameters<typeof Scene>): Promise<Scene> {
  const scene = new Scene(...rest);
  onTestFinished(() => scene.abort.abort());
  await scene.timers.advance(0);
  expect(scene.runs()).toEqual(['refresh', 'all']);
  return scene;
}

describe('a watch', () => {
  it('[U4] watches before the first scan, reports it, and then does nothing', async () => {
    const scene = await begun();
    expect(scene.reports).toHaveLength(1);
    expect(scene.timers.pending).toBe(0);
    await scene.timers.advance(3_600_000);
    expect(scene.runs()).toEqual([]);
  });

  it('[U4] makes one run of changes that come together, with their sorted paths', async () => {
    const scene = await begun();
    scene.events.onFile('b.ts');
    await scene.timers.advance(40);
    scene.events.onFile('a.py');
    scene.events.onFile('b.ts');
    await scene.timers.advance(49);
    expect(scene.runs()).toEqual([]);
    await scene.timers.advance(1);
    expect(scene.runs()).toEqual(['a.py b.ts']);
    expect(scene.timers.pending).toBe(0);
  });

  it('runs at the latest 500 ms after the first change, however long they go on', async () => {
    const scene = await begun();
    for (let ms = 0; ms < 1200; ms += 20) {
      scene.events.onFile('a.ts');
      await scene.timers.advance(20);
    }
    expect(scene.runs()).toEqual(['a.ts', 'a.ts']);
  });

  it('takes the delays of its options', async () => {
    const scene = await begun({ debounceMs: 0, maxDelayMs: 0 });
    scene.events.onFile('a.ts');
    await scene.timers.advance(0);
    expect(scene.runs()).toEqual(['a.ts']);
  });

  it('[U4] does not even set a timer for files that no run would look at', async () => {
    const scene = await begun({}, ['/project/store.ts', '/project/store.ts-wal']);
    for (const path of ['app.log', 'code.db-wal', 'README', 'store.ts', 'store.ts-wal']) scene.events.onFile(path);
    expect(scene.timers.pending).toBe(0);
  });

  it.each<[string, (events: EventListener) => void]>([
    ['a folder came or went', (events) => events.onFolder('lib')],
    ['ignore rules changed', (events) => events.onFile('lib/.gitignore')],
    ['a folder became a work tree', (events) => events.onFile('lib/.git')],
    ['there are very many paths', (events) => [...Array(2001).keys()].forEach((n) => events.onFile(`${n}.ts`))],
  ])('scans everything when %s', async (_, happen) => {
    const scene = await begun();
    scene.events.onFile('before.ts');
    happen(scene.events);
    scene.events.onFile('after.ts');
    await scene.timers.advance(50);
    expect(scene.runs()).toEqual(['refresh', 'all']);
    scene.events.onFile('a.ts');
    await scene.timers.advance(50);
    expect(scene.runs()).toEqual(['a.ts']);
  });

  it('[U4] scans everything when events were lost, and says so', async () => {
    const scene = await begun();
    scene.events.onLost('Too many.');
    await scene.timers.advance(50);
    expect(scene.runs()).toEqual(['refresh', 'all']);
    expect(scene.warnings).toEqual([{ code: 'EVENTS_LOST', message: 'Too many.' }]);
  });

  it('[U4] keeps changes that come during a run for the next one', async () => {
    const scene = await begun();
    let finish: (report: IndexReport) => void = () => undefined;
    scene.script.push(() => new Promise((resolve) => (finish = resolve)));
    scene.events.onFile('a.ts');
    await scene.timers.advance(50);
    scene.events.onFile('a.ts');
    await scene.timers.advance(1000);
    expect(scene.runs()).toEqual(['a.ts']);
    finish({ ...REPORT, generation: 2 });
    await scene.timers.advance(0);
    expect(scene.runs()).toEqual(['a.ts']);
  });

  it('[U4] reports no run that brought nothing new, and a warning once', async () => {
    const scene = await begun();
    const [first = REPORT] = scene.reports.splice(0);
    const warning = { file: 'a.ts', code: 'SYNTAX', message: 'Line 1.' };
    const outcomes: IndexReport[] = [
      first,
      { ...first, warnings: [warning] },
      { ...first, warnings: [warning] },
      first,
      { ...first, warnings: [warning] },
      { ...first, files: { ...first.files, removed: 1 }, warnings: [warning] },
    ];
    const reported: boolean[] = [];
    for (const outcome of outcomes) {
      scene.script.push(() => outcome);
      scene.events.onFile('a.ts');
      await scene.timers.advance(50);
      reported.push(scene.reports.splice(0).length === 1);
    }
    expect(reported).toEqual([false, true, false, false, true, true]);
    expect(scene.runs()).toHaveLength(outcomes.length);
  });

  it('remembers the warnings of files that a run did not look at', async () => {
    const scene = await begun();
    const [first = REPORT] = scene.reports.splice(0);
    const warned = { ...first, warnings: [{ file: 'a.ts', code: 'SYNTAX', message: 'Line 1.' }] };
    scene.script.push(
      () => warned,
      () => first,
      () => warned,
    );
    scene.events.onFile('a.ts');
    await scene.timers.advance(50);
    scene.events.onFile('b.ts');
    await scene.timers.advance(50);
    scene.events.onFolder('lib');
    await scene.timers.advance(50);
    expect(scene.runs()).toEqual(['a.ts', 'b.ts', 'refresh', 'all']);
    expect(scene.reports).toEqual([warned]);
  });

  it('[U4] tries again ever more slowly while the database is busy, and keeps the changes', async () => {
    const scene = await begun();
    const busy = (): IndexReport => {
      throw new BusyError('DATABASE_BUSY', 'Busy.');
    };
    scene.script.push(busy, busy);
    scene.events.onFile('a.ts');
    await scene.timers.advance(50);
    expect(scene.runs()).toEqual(['a.ts']);
    scene.events.onFile('b.ts');
    await scene.timers.advance(99);
    expect(scene.runs()).toEqual([]);
    await scene.timers.advance(1);
    expect(scene.runs()).toEqual(['a.ts b.ts']);
    await scene.timers.advance(199);
    expect(scene.runs()).toEqual([]);
    await scene.timers.advance(1);
    expect(scene.runs()).toEqual(['a.ts b.ts']);
    expect(scene.warnings.map(({ code, retryInMs }) => [code, retryInMs])).toEqual([
      ['DATABASE_BUSY', 100],
      ['DATABASE_BUSY', 200],
    ]);
    expect(scene.timers.pending).toBe(0);
    expect(scene.reports).toHaveLength(2);
  });

  it('ends with any other error of a run, and releases the events', async () => {
    const scene = await begun();
    const damage = new CorruptionError('DATABASE_CORRUPT', 'Damaged.');
    scene.script.push(() => Promise.reject(damage));
    scene.events.onFile('a.ts');
    await scene.timers.advance(50);
    expect(await scene.ended).toBe(damage);
    expect(scene.runs()).toEqual(['a.ts', 'close']);
  });

  it('ends when it is aborted, without an error, and leaves no timer', async () => {
    const scene = await begun();
    scene.events.onFile('a.ts');
    scene.abort.abort();
    expect(await scene.ended).toBe('ended');
    expect(scene.runs()).toEqual(['close']);
    expect(scene.timers.pending).toBe(0);
  });

  it.each([{ debounceMs: -1 }, { debounceMs: Number.NaN }, { maxDelayMs: 60_001 }])('refuses %j', async (options) => {
    const error = await new Scene(options).ended;
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { value: Object.values(options)[0] } });
  });
});
