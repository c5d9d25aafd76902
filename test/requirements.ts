/**
 * What the project promises, one entry per id. Tests cite an id in square brackets in their title;
 * test/unit/requirements.test.ts fails when a promise has no test or a test cites no promise.
 */

export interface Requirement {
  /** The promise, in Markdown. */
  readonly sentence: string;
  /** Why no test covers all of it yet. Some of it may be cited already. */
  readonly pending?: string;
}

export const requirements: Readonly<Record<string, Requirement>> = {
  // Storage (specification phases 1–3)
  S1: {
    sentence:
      'A new database has `intel_nodes`, `intel_edges`, `analysis_cache` with the specified columns, keys, foreign keys and the four `idx_nodes_*` indexes; opening it again changes nothing.',
  },
  S2: {
    sentence:
      '`StorageConfig`: path, WAL on or off, cache size, busy timeout, durability, read-only; each setting is observable with PRAGMA.',
  },
  S3: {
    sentence:
      '`nodes.insert(record)` returns the generated id and stores an embedding byte for byte; `get(id)`, `findByHash(hash)`, `getByFile(project, path)`; `update`, `delete`; absent gives undefined or an empty list.',
  },
  S4: {
    sentence: '`nodes.batchInsert(records)` is atomic and returns ids in input order.',
  },
  S5: {
    sentence:
      '`edges.insert(edge)` upserts on the composite key and round-trips metadata as JSON; an edge to a missing node is refused by a foreign key error that names both ends.',
  },
  S6: {
    sentence: '`edges.getByCaller`, `getByCallee`, `getByType`; `batchInsert` atomic.',
  },
  S7: {
    sentence:
      'Every reader and writer works while another process writes; no `SQLITE_BUSY` reaches a caller within the configured wait.',
  },

  // Incremental computation (phase 4)
  I1: {
    sentence:
      '`NodeHash.of(bytes)` is BLAKE3 (official vectors); `NodeHash.parse(text)` accepts exactly 64 hex characters, normalises case and refuses everything else with the reason.',
  },
  I2: {
    sentence:
      '`cache.isCached`, `get`, `put`, `invalidateBefore(time)` (strictly older rows, returns the count); survives restart; hits, misses and writes are counted without a write per read.',
  },
  I3: {
    sentence:
      '`invalidation.invalidateNode(hash)` removes the entry and marks its dependents; `getAffectedNodes(path, {transitive})`.',
  },
  I4: {
    sentence:
      "Recomputation is per symbol, with early cutoff, across restarts; a run's log says which queries ran and why.",
  },
  I5: {
    sentence:
      'Incremental equals from-scratch after any edit script: add, edit, delete, rename, move file, move symbol, duplicate names, import changes, branch flips, undo.',
  },
  I6: {
    sentence:
      'Minimal work: exact counts for a comment edit, a body edit, an interface edit, an undo, an analyzer version bump.',
  },

  // Analytics (phase 5)
  A1: {
    sentence: '`countNodesByType`, `countEdgesByType`, for a project or the store.',
  },
  A2: {
    sentence:
      '`complexityDistribution`: simple (<5), moderate (<10), complex (<20), very_complex; symbols without a complexity are not counted as complex.',
  },
  A3: {
    sentence:
      "`getHotspots(threshold)`: complexity and fan-out, with fan-in, centrality and change frequency shown; threshold and weights configurable; the specification's plain rule is one of the settings.",
  },
  A4: {
    sentence: 'Centrality (PageRank, betweenness sampled above a size), strongly connected components, import cycles.',
  },
  A5: {
    sentence: 'Evolution: metric snapshots per commit or time, and what changed between two.',
  },

  // Graph persistence (phase 6)
  P1: {
    sentence:
      "`savePdg(project, pdg)` replaces the project's graph atomically and keeps all metadata and embeddings; `loadPdg(project)` rebuilds nodes, edges, symbol index and file index; save∘load is the identity on canonical form.",
  },
  P2: {
    sentence:
      '`pdgExists`, `deletePdg` with cascade to edges, embeddings and derived rows; nothing of another project is touched.',
  },
  P3: {
    sentence:
      'The in-memory graph iterates `nodeIndices`, `edgeIndices`, `edgeEndpoints`, and neighbours by type and direction, without allocating per edge.',
  },
  P4: {
    sentence:
      'For a function: CFG, dominators, control dependence, data dependence (reaching definitions), cached by content hash; backward and forward slices from a line.',
  },

  // Across projects (phase 7)
  X1: {
    sentence:
      '`global_symbols`, `external_refs`, `project_deps` with uniqueness constraints, made by a migration that upgrades an existing database in place.',
  },
  X2: {
    sentence: 'Symbols resolve across project boundaries with evidence; order of indexing does not matter.',
  },
  X3: {
    sentence:
      'Name conflicts: candidates ranked with reasons; ambiguity is an answer, not a guess; no edge without evidence.',
  },
  X4: {
    sentence:
      'External dependencies are tracked with package, version range, resolved version and use counts, indexed or not.',
  },
  X5: {
    sentence: '`dependents`, cross-project impact by symbol, `propagateChanges`, project dependency graph with cycles.',
  },
  X6: {
    sentence: 'A merged graph of several projects, loaded lazily to a depth, with cross edges.',
  },

  // Vectors (phase 8)
  V1: {
    sentence:
      'Connects to Turso/libSQL over `libsql://`, `https://`, `http://`, `ws(s)://` with a token; vector functions checked at opening; local, remote, replica and hybrid (graph local, vectors remote) by configuration.',
  },
  V2: {
    sentence: 'HNSW search locally; native indexed and exact search on the server; same results contract.',
  },
  V3: {
    sentence: 'Faster than brute force, measured, at the recall stated beside it, from 1k to 1M vectors.',
  },
  V4: {
    sentence:
      'The migration bridge moves BLOB embeddings to the vector store and on to a server: resumable, verified by checksum, readable throughout, reversible until finalised.',
  },
  V5: {
    sentence: '`savePdg`/`loadPdg` put and get embeddings through the vector store; old databases keep working.',
  },
  V6: {
    sentence:
      'Any dimension and model; several models side by side; a wrong dimension, NaN, infinite or zero vector is refused by name.',
  },
  V7: {
    sentence: 'Filtered search holds recall; deletes and updates are visible at once.',
  },

  // Real use
  U1: {
    sentence:
      '`lestockage index` on a real repository gives symbols and edges for TypeScript, TSX, JavaScript, Python, Go, Rust, Java, C, C++, C#, Ruby, PHP; more where a grammar is at hand. `.gitignore` respected; binary, huge, generated and unreadable files reported, not fatal.',
  },
  U2: {
    sentence:
      'SCIP indexes import as compiler-precise facts; a LeIndex database (schema 3) imports with nodes, edges, metadata and embeddings.',
  },
  U3: {
    sentence: 'Hybrid search: names, text and meaning fused; every result says why it matched.',
  },
  U4: {
    sentence: '`watch` keeps a store fresh with no work when nothing changes.',
  },
  U5: {
    sentence: 'An MCP server over stdio, usable by any MCP client, within a token budget.',
  },
  U6: {
    sentence: 'A local web page: search, symbol with source and graph, hotspots, project dependencies.',
  },
  U7: {
    sentence:
      '`export` to JSON, DOT, GraphML, Parquet; `verify` proves integrity and convergence; `gc`, `backup`, `doctor`.',
  },
  U8: {
    sentence:
      'Kill -9, full disk, corrupt or truncated files, newer schema, two indexers, hostile sources: a typed error or a repair, never a wrong answer.',
  },
};
