import { Analytics } from '../analytics/index.js';
import {
  EdgeStore,
  FileStore,
  NodeRowEmbeddings,
  NodeStore,
  PdgStore,
  PreciseStore,
  ProjectStore,
  ReferenceStore,
  SymbolQuery,
  Traversal,
} from '../graph/index.js';
import { ContentStore, IncrementalCache, type QueryInvalidation } from '../incremental/index.js';
import type { NodeId } from '../model/index.js';
import type { Database } from '../sql/index.js';
import { CrossProjectResolver, GlobalSymbolTable, PackageStore } from '../symbols/index.js';
import {
  EmbeddingJournal,
  EmbeddingStore,
  GraphEmbeddings,
  HashedSubWords,
  isElsewhere,
  VectorHome,
  VectorReader,
  type Embedder,
} from '../vectors/index.js';
import { memosOf } from './memos-of.js';
import { readChanges, readCommit } from './project-history.js';
import { queryInvalidation } from './query-invalidation.js';
import type { StoreParts } from './store-options.js';
import { StoreVectors } from './store-vectors.js';

/** The parts of a store, each over the same database. */
export abstract class StoreRooms {
  readonly nodes: NodeStore;
  readonly edges: EdgeStore;
  readonly files: FileStore;
  readonly projects: ProjectStore;
  readonly references: ReferenceStore;
  /** What imported indexes of compilers say of files. */
  readonly precise: PreciseStore;
  /** Finds symbols by key and by name. */
  readonly symbols: SymbolQuery;
  /** Callers and callees. */
  readonly traversal: Traversal;
  /** Graphs of whole projects, in memory. */
  readonly pdg: PdgStore;
  readonly analytics: Analytics;
  /** Analyses of single symbols, by the hash of their content. */
  readonly cache: IncrementalCache;
  /** Results that depend on one content alone. */
  readonly contents: ContentStore;
  /** Makes stored results count as outdated, and says which ones depend on a file. */
  readonly invalidation: QueryInvalidation;
  /** Packages of the projects, what they depend on, and who depends on them. */
  readonly packages: PackageStore;
  /** Symbols that projects offer to others. */
  readonly globalSymbols: GlobalSymbolTable;
  /** Where names lead across projects, and who depends on what. */
  readonly crossProject: CrossProjectResolver;
  /** What embeds the symbols of this store. */
  readonly embedder: Embedder;
  /** The vectors of symbols, by model. */
  readonly embeddings: EmbeddingStore;
  /** What changed in the vectors, for the indexes over them. */
  readonly embeddingJournal: EmbeddingJournal;
  /** Reads vectors from wherever they lie. @internal */
  readonly vectorReader: VectorReader;
  /** Search by vectors, and the indexes that it uses. */
  readonly vectors: StoreVectors;

  constructor(database: Database, { embedder = new HashedSubWords(), vectorFolder, vectorIndex, home }: StoreParts) {
    this.embedder = embedder;
    const reader = new VectorReader(database, home === undefined ? undefined : new VectorHome(database, home));
    this.vectorReader = reader;
    this.embeddings = new EmbeddingStore(database, NodeRowEmbeddings, reader);
    const own = { model: embedder.id, dimension: embedder.dimension };
    this.vectors = new StoreVectors({ database, embeddings: this.embeddings, own, reader }, vectorFolder, vectorIndex);
    this.embeddingJournal = new EmbeddingJournal(database, Date.now, undefined, reader);
    const given = (nodes: readonly NodeId[]): Promise<ReadonlyMap<NodeId, Uint8Array>> => reader.given(nodes);
    this.nodes = new NodeStore(database, Date.now, { isElsewhere, given });
    this.edges = new EdgeStore(database);
    this.files = new FileStore(database);
    this.projects = new ProjectStore(database, Date.now, async () => {
      await this.link();
    });
    this.references = new ReferenceStore(database);
    this.precise = new PreciseStore(database);
    this.symbols = new SymbolQuery(database);
    this.pdg = new PdgStore(database, Date.now, {
      forget: (project) => memosOf(database, project).statementsForForgetting(),
      embeddings: new GraphEmbeddings(own, reader),
    });
    this.traversal = new Traversal(database, this.pdg.keptGraphs);
    this.analytics = new Analytics(database, {
      readChanges: (project, signal) => readChanges(this.projects, project, signal),
      readCommit: (project, signal) => readCommit(this.projects, project, signal),
      keptGraphs: this.pdg.keptGraphs,
    });
    this.cache = new IncrementalCache(database);
    this.contents = new ContentStore(database);
    this.packages = new PackageStore(database);
    this.globalSymbols = new GlobalSymbolTable(database);
    this.crossProject = new CrossProjectResolver(database, this.traversal);
    this.invalidation = queryInvalidation(database, this);
  }

  /** Brings the edges between projects up to date, after one of them was deleted. */
  abstract link(): Promise<unknown>;
}
