import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeHash } from '../../model/index.js';
import type { IndexFileState } from '../search/vector-index.js';
import { decodeManifest, encodeManifest, foreignness, type IndexManifest, type IndexOrigin } from './index-manifest.js';

/** A file that nothing names and that nobody wrote to for this long was left by a process that ended. */
const ABANDONED_AFTER_MS = 10 * 60_000;
const SLUG_LENGTH = 40;

export type FoundIndex =
  | { readonly state: 'usable'; readonly manifest: IndexManifest }
  | { readonly state: Exclude<IndexFileState, 'usable'>; readonly problem: string };

/**
 * The files of one index: `<model>-<hash>-<dimension>.json`, the manifest, and the index file that it names. Each
 * saving writes an index file of a new name and then replaces the manifest, so that at every moment the manifest
 * names a whole file, and who has the old one mapped keeps it.
 */
export class IndexFiles {
  private readonly slug: string;

  constructor(
    readonly folder: string,
    private readonly origin: Omit<IndexOrigin, 'identity'>,
    private readonly libraryVersion: string,
    private readonly clock: () => number = Date.now,
  ) {
    this.slug = indexSlug(origin.model, origin.dimension);
  }

  get manifestPath(): string {
    return join(this.folder, `${this.slug}.json`);
  }

  pathOf(file: string): string {
    return join(this.folder, file);
  }

  /** What the manifest says, as far as it can be judged without the index file's content. */
  async find(identity: string): Promise<FoundIndex> {
    try {
      return await this.look({ ...this.origin, identity });
    } catch (error) {
      return { state: 'damaged', problem: `The index file cannot be read: ${String(error)}.` };
    }
  }

  /** Where a new index file may be written; makes the folder. */
  async newFile(): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    return `${this.slug}.${randomBytes(6).toString('hex')}.usearch`;
  }

  /**
   * Makes an index file that is written the current one. Once this resolves it stays so after a power failure;
   * when it rejects, the one of before is the current one.
   */
  async adopt(
    saved: Omit<IndexManifest, Exclude<keyof IndexOrigin, 'identity'> | 'library' | 'format'>,
    format: number,
  ): Promise<IndexManifest> {
    const manifest: IndexManifest = { format, library: this.libraryVersion, ...this.origin, ...saved };
    await syncToDisk(this.pathOf(saved.file));
    const before = await this.find(saved.identity);
    const temporary = `${this.manifestPath}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeSynced(temporary, encodeManifest(manifest));
      await rename(temporary, this.manifestPath);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await syncToDisk(this.folder);
    if (before.state === 'usable' && before.manifest.file !== saved.file) {
      await rm(this.pathOf(before.manifest.file), { force: true });
    }
    await this.removeAbandoned(saved.file);
    return manifest;
  }

  async discard(file: string): Promise<void> {
    await rm(this.pathOf(file), { force: true });
  }

  private async look(origin: IndexOrigin): Promise<FoundIndex> {
    const text = await readFile(this.manifestPath, 'utf8').catch(absent);
    if (text === undefined) return { state: 'missing', problem: 'There is no index file.' };
    const manifest = decodeManifest(text);
    if (manifest === undefined) return { state: 'damaged', problem: 'The manifest of the index file is damaged.' };
    if ('otherFormat' in manifest) {
      return { state: 'other-version', problem: `The index file has format ${manifest.otherFormat}.` };
    }
    if (manifest.library !== this.libraryVersion) {
      const problem = `The index file was written by usearch ${manifest.library}, not ${this.libraryVersion}.`;
      return { state: 'other-version', problem };
    }
    const foreign = foreignness(manifest, origin);
    if (foreign !== undefined) return { state: 'foreign', problem: `The index file is of another origin: ${foreign}.` };
    const found = await stat(this.pathOf(manifest.file)).catch(absent);
    if (found === undefined) return { state: 'damaged', problem: 'The index file that the manifest names is gone.' };
    if (found.size !== manifest.sizeBytes) {
      const problem = `The index file has ${found.size} bytes instead of ${manifest.sizeBytes}.`;
      return { state: 'damaged', problem };
    }
    return { state: 'usable', manifest };
  }

  /** Files of this index that nothing names and nobody writes. Others may be what another process is writing. */
  private async removeAbandoned(current: string): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (!name.startsWith(`${this.slug}.`) || !/\.(?:usearch|tmp)$/.test(name) || name === current) continue;
      const found = await stat(this.pathOf(name)).catch(absent);
      if (found !== undefined && this.clock() - found.mtimeMs > ABANDONED_AFTER_MS) await this.discard(name);
    }
  }
}

/** What the names of a model's files begin with. */
export function indexSlug(model: string, dimension: number): string {
  const readable = model.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, SLUG_LENGTH);
  // Two models may look the same once odd characters are replaced.
  return `${readable}-${NodeHash.of(model).slice(0, 8)}-${dimension}`;
}

/** Undefined for a file that does not exist; every other failure goes on. */
function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
