import { join } from 'node:path';
import type { ManifestWarning } from '../../model/index.js';
import type { ManifestRecord } from '../../symbols/index.js';
import { type ManifestKind, manifestKindOf, maxManifestLength } from '../manifests/index.js';
import { readText, type ReadOutcome, type WalkedFile } from '../walk/index.js';
import { findFiles, type ManifestPlan, type ManifestWalk } from './manifest-plan.js';

export interface ManifestPlace extends ManifestWalk {
  /** The project's folder. */
  readonly root: string;
  /** The state of a file, if it can be trusted to show later writes; else null. */
  readonly settle: (statKey: string | null) => string | null;
}

const ABSENT = { statKey: null, contentHash: null } as const;

/** The manifests of a project as they are now: what is stored of them, and the ones that changed since, read. */
export class ManifestFiles {
  readonly warnings: ManifestWarning[] = [];
  readonly #records: Map<string, ManifestRecord>;
  readonly #texts = new Map<string, string>();
  readonly #place: ManifestPlace;

  constructor(plan: ManifestPlan, place: ManifestPlace) {
    this.#place = place;
    this.#records = new Map(plan.stored.files);
    for (const path of plan.gone) {
      if (manifestKindOf(path) !== undefined) this.#records.delete(path);
      else this.#records.set(path, { path, ...ABSENT });
    }
    for (const file of plan.changed) this.#read(file);
  }

  get records(): ReadonlyMap<string, ManifestRecord> {
    return this.#records;
  }

  record(path: string): ManifestRecord | undefined {
    return this.#records.get(path);
  }

  /** The text of a manifest, read now if it was not before; undefined when it cannot be read. */
  text(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#read({ path, absolutePath: join(this.#place.root, path), sizeBytes: 0 });
    return this.#texts.get(path);
  }

  /** Looks for files that were not asked about before, and remembers also that one is not there. */
  async ask(paths: readonly string[]): Promise<void> {
    const unknown = paths.filter((path) => !this.#records.has(path));
    for (const path of unknown) this.#records.set(path, { path, ...ABSENT });
    for (const file of await findFiles(this.#place.root, unknown, this.#place)) this.#read(file);
  }

  #read(file: Pick<WalkedFile, 'path' | 'absolutePath' | 'sizeBytes'>): void {
    const { path } = file;
    const before = this.#records.get(path);
    const outcome = readText(file, { maxFileBytes: maxManifestLength(manifestKindOf(path) ?? OTHER) });
    if (outcome.kind === 'source') {
      this.#texts.set(path, outcome.text);
      if (outcome.warning !== undefined) this.#warn(path, 'Bytes that are not valid UTF-8 are read as U+FFFD.');
    } else {
      this.#warn(path, outcome.message.replace('Not indexed', 'Not read'));
    }
    this.#records.set(path, this.#recordOf(path, outcome, before));
  }

  /** What cannot be read now is unknown, not gone: what was read before holds. */
  #recordOf(path: string, outcome: ReadOutcome, before: ManifestRecord | undefined): ManifestRecord {
    const isUnknown =
      outcome.kind === 'skipped' && (outcome.code === 'FILE_UNREADABLE' || outcome.code === 'FILE_CHANGED');
    if (isUnknown) return { path, statKey: null, contentHash: before?.contentHash ?? null };
    const contentHash = outcome.kind === 'source' ? outcome.contentHash : null;
    return { path, statKey: this.#place.settle(outcome.statKey), contentHash };
  }

  #warn(path: string, message: string): void {
    this.warnings.push({ path, line: null, message });
  }
}

/** Files that other manifests name have the limit of what people write. */
const OTHER: ManifestKind = 'requirements';
