import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Who holds a lease, as it is written into the table, in JSON. */
export interface LeaseHolder {
  readonly pid: number;
  readonly host: string;
  /** Tells holders in one process apart. */
  readonly token: string;
}

/** A holder as it was read: with the time it asked for, when it said so. */
export interface SeenHolder extends LeaseHolder {
  readonly ttlMs: number | undefined;
}

/** A new holder in this process. */
export function newHolder(): LeaseHolder {
  return { pid: process.pid, host: hostname(), token: randomUUID() };
}

/** `ttlMs` is written along, so that others can tell a sound time of expiry from a broken one. */
export function formatHolder({ pid, host, token }: LeaseHolder, ttlMs: number): string {
  return JSON.stringify({ pid, host, token, ttlMs });
}

/** Undefined for a text that another program wrote. */
export function parseHolder(text: string): SeenHolder | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, host, token, ttlMs } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(pid) || Number(pid) < 1 || typeof host !== 'string' || typeof token !== 'string') {
    return undefined;
  }
  const isTime = typeof ttlMs === 'number' && Number.isSafeInteger(ttlMs) && ttlMs > 0;
  return { pid: Number(pid), host, token, ttlMs: isTime ? ttlMs : undefined };
}

/** Is it certain that the holder is no more? Nothing is known of the processes of another host. */
export function isDead(holder: LeaseHolder): boolean {
  if (holder.host !== hostname()) return false;
  try {
    // Signal 0 only asks whether the process is there.
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
