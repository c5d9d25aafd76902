import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder on disk that steps change. */
export class EditedFolder {
  readonly base = realpathSync(mkdtempSync(join(tmpdir(), 'lestockage-edits-')));
  readonly root = join(this.base, 'project');
  private readonly texts = new Map<string, string>();
  private writes = 0;

  constructor() {
    mkdirSync(this.root);
  }

  /** The files as they are now, as one text to compare by. */
  get state(): string {
    return JSON.stringify([...this.texts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get paths(): string[] {
    return [...this.texts.keys()].sort();
  }

  /** Writes and removes files; gives the paths of those that are not as they were. */
  change(files: Readonly<Record<string, string | null>>): string[] {
    const changed = Object.entries(files).filter(([path, text]) => (this.texts.get(path) ?? null) !== text);
    for (const [path, text] of changed) if (text === null) this.remove(path);
    for (const [path, text] of changed) if (text !== null) this.write(path, text);
    return changed.map(([path]) => path);
  }

  delete(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  private write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    // A time that no earlier state of the file had, however fast the steps follow each other.
    utimesSync(file, 1e9 + ++this.writes, 1e9 + this.writes);
    this.texts.set(path, text);
  }

  /** Folders go with their last file, as when a branch is checked out. */
  private remove(path: string): void {
    rmSync(join(this.root, path), { force: true });
    this.texts.delete(path);
    for (let folder = dirname(join(this.root, path)); folder !== this.root; folder = dirname(folder)) {
      if (!existsSync(folder) || readdirSync(folder).length > 0) return;
      rmdirSync(folder);
    }
  }
}
