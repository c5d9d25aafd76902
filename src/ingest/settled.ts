/** A file may change again within the same tick of the file system's clock; such states are not trusted. */
const CLOCK_GRAIN_MS = 2000;

/** The key of a file's state, if the file was last written so long before `time` that a later write must show in its times; else null. */
export function settledKey(statKey: string | null, time: number): string | null {
  if (statKey === null) return null;
  const [, modifiedNs = '0', changedNs = '0'] = statKey.split(':');
  const newest = Math.max(Number(BigInt(modifiedNs) / 1_000_000n), Number(BigInt(changedNs) / 1_000_000n));
  return newest + CLOCK_GRAIN_MS < time ? statKey : null;
}
