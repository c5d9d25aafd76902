// The answers of the API, as far as the page reads them; /api/openapi.json describes them whole.

export interface Envelope<T> {
  readonly generation: number;
  readonly total: number;
  readonly truncated: boolean;
  readonly cursor: string | null;
  readonly items: readonly T[];
}

export interface CodeSymbol {
  readonly key: string;
  readonly project: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly type: string;
  readonly language: string;
  readonly file: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly signature: string | null;
  readonly complexity: number | null;
}

export interface Found extends CodeSymbol {
  readonly score: number;
  readonly why: string;
}

export interface SearchAnswer extends Envelope<Found> {
  readonly mode: string;
  /** False when more may fit than were ranked and counted. */
  readonly isComplete: boolean;
  readonly notes: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly confidence: number | null;
  readonly strategy: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

export interface Reached {
  readonly symbol: CodeSymbol;
  readonly depth: number;
  readonly edge: Edge;
}

export interface Affected {
  readonly symbol: CodeSymbol;
  readonly depth: number;
  readonly path: readonly string[];
}

export interface GraphEdge {
  /** Places in the list of symbols. */
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly confidence: number | null;
  readonly strategy: string | null;
}

export interface Neighbourhood extends Envelope<{ readonly symbol: CodeSymbol; readonly depth: number }> {
  readonly edges: readonly GraphEdge[];
}

export interface Source {
  readonly language: string | null;
  readonly startLine: number;
  readonly totalLines: number;
  readonly truncated: boolean;
  readonly isChanged: boolean;
  readonly lines: readonly string[];
}

export interface Slice {
  readonly function: CodeSymbol;
  readonly lines: readonly number[];
}

export interface Hotspot extends CodeSymbol {
  readonly fanOut: number;
  readonly fanIn: number;
  readonly centrality: number | null;
  readonly changes: number | null;
  readonly score: number;
}

export type Counts = Readonly<Record<string, number>>;

export interface Statistics {
  readonly nodesByType: Counts;
  readonly edgesByType: Counts;
  readonly complexity: Counts;
}

export interface Measures {
  readonly complexity: number | null;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly centrality: number;
  readonly lines: number;
}

export interface HistoryEntry extends Statistics {
  readonly label: string;
  readonly project: string | null;
  readonly takenAt: number;
  readonly generation: number;
  readonly symbol: Measures | null;
}

export interface Change {
  readonly change: 'added' | 'removed' | 'changed';
  readonly project: string;
  readonly key: string;
  readonly type: string;
  readonly before: Measures | null;
  readonly after: Measures | null;
}

export interface Changes extends Envelope<Change> {
  readonly counts: Counts;
}

export interface Dependency {
  readonly project: string;
  readonly package: string;
  readonly manager: string;
  readonly name: string;
  readonly range: string | null;
  readonly lockedVersion: string | null;
  readonly kind: string;
  readonly provider: string | null;
  readonly providers: readonly string[];
  readonly manifest: string;
  readonly names: number;
  readonly uses: number;
}

export interface ProjectGraph {
  readonly projects: readonly string[];
  readonly dependencies: readonly {
    readonly from: string;
    readonly to: string;
    readonly packages: readonly string[];
    readonly isDeclared: boolean;
    readonly uses: number;
  }[];
  readonly cycles: readonly { readonly members: readonly string[]; readonly path: readonly string[] }[];
}

export interface ProjectStatus {
  readonly project: string;
  readonly root: string | null;
  readonly files: number;
  readonly nodes: number;
  readonly edges: number;
  readonly embeddings: number;
  readonly indexedAt: string | null;
}

export interface Status {
  readonly schemaVersion: number;
  readonly generation: number;
  readonly backend: string;
  readonly sizeBytes: number;
  readonly projects: readonly ProjectStatus[];
}

export interface Session {
  readonly version: string;
  readonly searchModes: readonly string[];
  readonly canIndex: boolean;
}
