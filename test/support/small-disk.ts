import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own that is soon full. Linux lets root alone make one. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Mounts it over an empty folder, or gives the reason why that is not possible. */
  static mount(folder: string, megabytes: number): SmallDisk | string {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' });
      return new SmallDisk(folder);
    } catch (error) {
      return `no file system can be mounted here: ${error instanceof Error ? error.message.trim() : String(error)}`;
    }
  }

  /** Takes all the room but this much. */
  fill(leaveBytes: number): void {
    this.free();
    const { bavail, bsize } = statfsSync(this.folder);
    const file = openSync(this.ballast, 'w');
    try {
      const piece = Buffer.alloc(bsize);
      for (let left = bavail * bsize - leaveBytes; left >= bsize; left -= bsize) writeSync(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** Gives the room back. */
  free(): void {
    rmSync(this.ballast, { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder], { stdio: 'pipe' });
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}
