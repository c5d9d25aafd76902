import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { acquireLease, claimProject, type LeaseOptions } from '../../src/incremental/acquire-lease.js';
import { newHolder, parseHolder, type LeaseHolder } from '../../src/incremental/lease-holder.js';
import type { ProjectLease } from '../../src/incremental/project-lease.js';
import { openDatabase, type Database } from '../../src/sql/index.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const TTL_MS = 15_000;
const START = 1_700_000_000_000;
/** A holder whose process nobody can ask about. */
const ELSEWHERE: LeaseHolder = { pid: 77, host: 'elsewhere', token: 'there' };

/** Time that moves when somebody sleeps, or when it is set. */
class TestTime {
  now = START;
  readonly slept: number[] = [];
  /** What happens during the next sleeps, in turn. */
  readonly meanwhile: (() => unknown)[] = [];
  readonly clock = (): number => this.now;
  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.slept.push(milliseconds);
    this.now += milliseconds;
    await this.meanwhile.shift()?.();
  };

  get totalSlept(): number {
    return this.slept.reduce((sum, milliseconds) => sum + milliseconds, 0);
  }
}

interface Bench {
  readonly time: TestTime;
  /** Two databases on one file, as two stores of one process have them. */
  readonly databases: readonly [Database, Database];
  readonly acquire: (store: 0 | 1, options?: LeaseOptions) => Promise<ProjectLease>;
}

async function bench(): Promise<Bench> {
  const path = join(temporaryFolder(), 'a.db');
  const time = new TestTime();
  const databases = [await openDatabase({ path }), await openDatabase({ path })] as const;
  onTestFinished(async () => {
    for (const database of databases) await database.close();
  });
  const acquire = async (store: 0 | 1, options: LeaseOptions = {}): Promise<ProjectLease> => {
    const { clock, sleep } = time;
    const lease = await acquireLease(databases[store], 'shop', { ttlMs: TTL_MS, clock, sleep, ...options });
    onTestFinished(() => lease.release());
    return lease;
  };
  return { time, databases, acquire };
}

function leaseRow(database: Database): Promise<unknown> {
  return database.first('SELECT fence, holder, expires_at FROM leases WHERE project_id = ?', ['shop']);
}

const INSERT_PROJECT = { sql: "INSERT INTO projects (id) VALUES ('shop')" };

describe('the lease of a project', () => {
  it('names its holder, and lets guarded batches through while it is held', async () => {
    const { databases, acquire } = await bench();
    const lease = await acquire(0);
    expect(lease.fence).toBe(1);
    const row = (await leaseRow(databases[1])) as { holder: string; expires_at: number };
    expect(row.expires_at).toBe(START + TTL_MS);
    expect(parseHolder(row.holder)).toMatchObject({ pid: process.pid, host: hostname(), ttlMs: TTL_MS });
    await databases[0].write([...lease.guards(), INSERT_PROJECT]);
    expect(await databases[1].all('SELECT id FROM projects')).toEqual([{ id: 'shop' }]);
    expect(await databases[1].all('SELECT * FROM lease_guards')).toEqual([]);
  });

  it('passes from store to store when it is released, each time with a larger fence', async () => {
    const { time, databases, acquire } = await bench();
    for (const [turn, store] of ([0, 1, 0] as const).entries()) {
      const lease = await acquire(store);
      expect(lease.fence).toBe(turn + 1);
      await lease.release();
      expect(await leaseRow(databases[0])).toEqual({ fence: turn + 1, holder: null, expires_at: 0 });
    }
    expect(time.slept).toEqual([]);
  });

  it('is waited for with growing pauses while another store of the same process holds it', async () => {
    const { time, acquire } = await bench();
    const first = await acquire(0);
    for (let look = 1; look <= 6; look++) time.meanwhile.push(() => first.renew());
    time.meanwhile.push(() => first.release());
    const second = await acquire(1);
    expect(second.fence).toBe(2);
    expect(time.slept).toEqual([50, 100, 200, 400, 500, 500, 500]);
  });

  it('of one project does not keep anybody from another', async () => {
    const { databases, acquire } = await bench();
    await acquire(0);
    const other = await acquireLease(databases[1], 'tools', { waitMs: 0 });
    expect(other.fence).toBe(1);
    await other.release();
  });

  it('is refused with the name of its holder when the wait is used up', async () => {
    const { time, acquire } = await bench();
    const held = await acquire(0);
    const busy = {
      code: 'PROJECT_BUSY',
      retryable: true,
      details: { projectId: 'shop', pid: process.pid, host: hostname() },
    };
    await expect(acquire(1, { waitMs: 1000 })).rejects.toMatchObject(busy);
    expect(time.totalSlept).toBe(1000);
    await expect(acquire(1, { waitMs: 0 })).rejects.toMatchObject(busy);
    await expect(acquire(1, { waitMs: 0 })).rejects.toThrow(`process ${process.pid} on ${hostname()}`);
    expect(time.totalSlept).toBe(1000);
    expect(held.isHeld).toBe(true);
  });

  it('bounds the wait even when the clock is set back during it', async () => {
    const { time, acquire } = await bench();
    const held = await acquire(0, { holder: ELSEWHERE });
    for (let at = 0; at < 100; at++) time.meanwhile.push(() => void (time.now = START));
    await expect(acquire(1, { waitMs: 3000 })).rejects.toMatchObject({ code: 'PROJECT_BUSY', details: { pid: 77 } });
    expect(time.totalSlept).toBe(3000);
    expect(held.fence).toBe(1);
  });

  it('stops being waited for when the caller cancels, before the wait and during it', async () => {
    const { time, acquire } = await bench();
    await expect(acquire(0, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await acquire(0);
    const early = new AbortController();
    time.meanwhile.push(() => early.abort('enough'));
    await expect(acquire(1, { signal: early.signal })).rejects.toMatchObject({ code: 'CANCELLED', cause: 'enough' });
    expect(time.slept).toHaveLength(1);
  });

  it('stops a real wait at once when the caller cancels', async () => {
    const { databases, acquire } = await bench();
    await acquire(0);
    const controller = new AbortController();
    const waiting = acquireLease(databases[1], 'shop', { clock: () => START, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('goes to one of two that ask for it at the same moment', async () => {
    const { acquire } = await bench();
    const results = await Promise.allSettled([acquire(0, { waitMs: 0 }), acquire(1, { waitMs: 0 })]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is refused for arguments that make no sense', async () => {
    const { databases, acquire } = await bench();
    await expect(acquireLease(databases[0], '')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(acquire(0, { ttlMs: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(acquire(0, { waitMs: -1 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await leaseRow(databases[0])).toBeUndefined();
  });
});

describe('a lease that was not renewed', () => {
  it('[U8] is taken over, and nothing of a batch of its former holder is written', async () => {
    const { time, databases, acquire } = await bench();
    const old = await acquire(0);
    time.now += TTL_MS;
    const stealer = await acquire(1);
    expect(stealer.fence).toBe(2);
    const batch = [INSERT_PROJECT, ...old.guards(), INSERT_PROJECT];
    await expect(databases[0].write(batch)).rejects.toMatchObject({ code: 'LEASE_LOST', retryable: true });
    expect(await databases[0].all('SELECT id FROM projects')).toEqual([]);
    await expect(old.renew()).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(old.isHeld).toBe(false);
    await old.release();
    await databases[1].write([...stealer.guards(), INSERT_PROJECT]);
    await stealer.renew();
  });

  it('is released by its former holder without an error and without harm', async () => {
    const { time, databases, acquire } = await bench();
    const old = await acquire(0);
    time.now += TTL_MS;
    await acquire(1);
    const before = await leaseRow(databases[1]);
    await old.release();
    expect(await leaseRow(databases[1])).toEqual(before);
  });

  it('stays with a holder that renews it before the second look', async () => {
    const { time, acquire } = await bench();
    const old = await acquire(0);
    time.now += TTL_MS + 5000;
    time.meanwhile.push(() => old.renew());
    await expect(acquire(1, { waitMs: 500 })).rejects.toMatchObject({ code: 'PROJECT_BUSY' });
    await old.renew();
  });

  it('still commits as long as nobody took it over', async () => {
    const { time, databases, acquire } = await bench();
    const lease = await acquire(0);
    time.now += 10 * TTL_MS;
    await databases[0].write([...lease.guards(), INSERT_PROJECT]);
    await lease.renew();
    expect(await leaseRow(databases[1])).toMatchObject({ fence: 1, expires_at: time.now + TTL_MS });
  });

  it('is taken at the first look by one that does not wait', async () => {
    const { time, acquire } = await bench();
    await acquire(0, { holder: ELSEWHERE });
    time.now += TTL_MS - 1;
    await expect(acquire(1, { waitMs: 0 })).rejects.toMatchObject({ details: { pid: 77, host: 'elsewhere' } });
    time.now += 1;
    expect((await acquire(1, { waitMs: 0 })).fence).toBe(2);
  });
});

describe('a lease whose time of expiry cannot be right', () => {
  it('is taken over at once after the clock went backwards', async () => {
    const { time, databases, acquire } = await bench();
    const old = await acquire(0, { holder: ELSEWHERE });
    time.now -= 3_600_000;
    expect((await acquire(1)).fence).toBe(2);
    expect(time.slept).toEqual([]);
    await expect(databases[0].write(old.guards())).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  it('is judged by the time that its holder asked for, not by that of who waits', async () => {
    const { acquire } = await bench();
    await acquire(0, { holder: ELSEWHERE, ttlMs: 600_000 });
    await expect(acquire(1, { ttlMs: 1000, waitMs: 0 })).rejects.toMatchObject({ code: 'PROJECT_BUSY' });
  });

  it('is not taken for a broken one when the clocks of two hosts differ by less than the time to live', async () => {
    const { time, acquire } = await bench();
    await acquire(0, { holder: ELSEWHERE });
    time.now -= TTL_MS;
    await expect(acquire(1, { waitMs: 0 })).rejects.toMatchObject({ code: 'PROJECT_BUSY' });
  });

  it.each(['', 'somebody', '[]', 'null', '{"pid":-1,"host":"h","token":"t"}'])(
    'ends by itself when the text of its holder is %j',
    async (holder) => {
      const { time, databases, acquire } = await bench();
      await databases[0].write([
        { sql: "INSERT INTO leases VALUES ('shop', 5, ?, ?)", parameters: [holder, START + TTL_MS] },
      ]);
      await expect(acquire(0, { waitMs: 0 })).rejects.toMatchObject({ code: 'PROJECT_BUSY', details: { pid: null } });
      expect((await acquire(0)).fence).toBe(6);
      expect(time.totalSlept).toBeGreaterThanOrEqual(TTL_MS);
    },
  );
});

describe('the claim of short work', () => {
  it('writes nothing, and lets a batch through while the lease is as it was', async () => {
    const { time, databases, acquire } = await bench();
    await (await acquire(0)).release();
    const before = await leaseRow(databases[1]);
    const claim = await claimProject(databases[0], 'shop', time);
    expect(await leaseRow(databases[1])).toEqual(before);
    await databases[0].write([...claim.guards(), INSERT_PROJECT, ...claim.releaseStatements()]);
    expect(await databases[1].all('SELECT id FROM projects')).toEqual([{ id: 'shop' }]);
    expect(await leaseRow(databases[1])).toEqual(before);
  });

  it('also stands when nobody ever took the lease', async () => {
    const { time, databases } = await bench();
    const claim = await claimProject(databases[0], 'shop', time);
    await databases[0].write([...claim.guards(), INSERT_PROJECT]);
    expect(await databases[1].all('SELECT id FROM projects')).toEqual([{ id: 'shop' }]);
  });

  it('is gone when somebody takes the lease, even if it was given back since: nothing is written', async () => {
    for (const isGivenBack of [false, true]) {
      const { time, databases, acquire } = await bench();
      const claim = await claimProject(databases[0], 'shop', time);
      const lease = await acquire(1);
      if (isGivenBack) await lease.release();
      const failure = databases[0].write([...claim.guards(), INSERT_PROJECT]);
      await expect(failure).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await databases[1].all('SELECT id FROM projects')).toEqual([]);
    }
  });

  it('is not to be had while somebody works: the lease is waited for', async () => {
    const { time, databases, acquire } = await bench();
    const other = await acquire(0);
    time.meanwhile.push(() => other.release());
    const right = await claimProject(databases[1], 'shop', time);
    expect(time.slept).toHaveLength(1);
    expect(await leaseRow(databases[0])).toMatchObject({ fence: 2 });
    await right.release();
  });
});

describe('the renewal of a lease in the background', () => {
  it('happens three times in its time, and stops when it is released', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { time, databases, acquire } = await bench();
    const lease = await acquire(0);
    for (let renewal = 1; renewal <= 9; renewal++) {
      time.now += TTL_MS / 3;
      await vi.advanceTimersByTimeAsync(TTL_MS / 3);
      expect(await leaseRow(databases[1])).toMatchObject({ fence: 1, expires_at: time.now + TTL_MS });
    }
    await lease.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops when the lease is lost, and when the database is closed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { time, databases, acquire } = await bench();
    const old = await acquire(0);
    time.now += TTL_MS;
    const next = await acquire(1);
    await vi.advanceTimersByTimeAsync(TTL_MS / 3);
    expect([old.isHeld, next.isHeld, vi.getTimerCount()]).toEqual([false, true, 1]);
    await databases[1].close();
    await vi.advanceTimersByTimeAsync(TTL_MS / 3);
    expect([next.isHeld, vi.getTimerCount()]).toEqual([false, 0]);
    await next.release();
  });
});

describe('a holder', () => {
  it('is another one each time', () => {
    expect(newHolder().token).not.toBe(newHolder().token);
  });
});
