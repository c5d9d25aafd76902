import type { FactReader, FileStore, NodeStore, ProjectStore } from '../graph/index.js';
import type { CommitRight, ContentStore, IncrementalCache, MemoStore } from '../incremental/index.js';
import type { ProjectId } from '../model/index.js';
import type { ExternalRefs, PackageStore } from '../symbols/index.js';

/** What index runs work on. */
export interface IndexerStores {
  readonly nodes: NodeStore;
  readonly files: FileStore;
  readonly projects: ProjectStore;
  readonly reader: FactReader;
  readonly contents: ContentStore;
  readonly cache: IncrementalCache;
  readonly packages: PackageStore;
  readonly externals: ExternalRefs;
  readonly memos: (projectId: ProjectId) => MemoStore;
  /** The right to commit; short work keeps nobody else from working. */
  readonly right: (projectId: ProjectId, isShort: boolean, signal: AbortSignal | undefined) => Promise<CommitRight>;
}
