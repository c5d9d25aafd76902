import type { EdgeType, NodeType, ProjectId } from '../model/index.js';
import { numberColumn, packTexts, unpackTexts } from '../graph/index.js';
import type { About, Column, Columns, CountsBy, GraphStatistics, SymbolCounts } from '../graph/index.js';
import type { Snapshot } from '../sql/index.js';
import { distributionOf, type ComplexityDistribution } from './complexity.js';

/** What is measured of a symbol. */
export interface SymbolMeasures {
  /** Null where there is no body to measure. */
  readonly complexity: number | null;
  /** Distinct symbols that call it. */
  readonly fanIn: number;
  /** Distinct symbols it calls. */
  readonly fanOut: number;
  /** Its PageRank over calls, in the graph of the project or of the store, to six digits. */
  readonly centrality: number;
  /** From its first to its last one. */
  readonly lines: number;
}

export interface MeasuredSymbol extends SymbolMeasures {
  readonly project: ProjectId;
  readonly key: string;
  readonly type: NodeType;
}

/** What is measured of all symbols together. */
export interface GraphSums {
  /** Types that do not occur are absent. */
  readonly nodesByType: CountsBy<NodeType>;
  readonly edgesByType: CountsBy<EdgeType>;
  readonly complexity: ComplexityDistribution;
}

type NumberColumn = Uint32Array | Float64Array;

/** By symbol. */
interface SymbolColumns {
  /** Position in `projects`. */
  readonly projectOf: Uint32Array;
  readonly keys: readonly string[];
  /** Position in `types`. */
  readonly typeOf: Uint8Array;
  /** The complexity plus 1; 0 for none. */
  readonly complexities: NumberColumn;
  readonly fanIns: NumberColumn;
  readonly fanOuts: NumberColumn;
  readonly lines: NumberColumn;
  readonly centralities: Float32Array;
}

/** The measures of a graph at one time, with those of each symbol in the order of project and key. */
export class MetricTable {
  constructor(
    readonly sums: GraphSums,
    private readonly projects: readonly ProjectId[],
    private readonly types: readonly NodeType[],
    private readonly symbols: SymbolColumns,
  ) {}

  get symbolCount(): number {
    return this.symbols.keys.length;
  }

  /** The symbol at a place below `symbolCount`. Made anew with every call. */
  symbol(at: number): MeasuredSymbol {
    const { projectOf, keys, typeOf, complexities, fanIns, fanOuts, lines, centralities } = this.symbols;
    // The place is below the number of symbols, and every column has as many entries.
    const complexity = complexities[at]! - 1;
    return {
      project: this.projects[projectOf[at]!]!,
      key: keys[at]!,
      type: this.types[typeOf[at]!]!,
      complexity: complexity < 0 ? null : complexity,
      fanIn: fanIns[at]!,
      fanOut: fanOuts[at]!,
      centrality: sixDigits(centralities[at]!),
      lines: lines[at]!,
    };
  }

  /** What was measured of one symbol; undefined when it was not there. */
  find(project: ProjectId, key: string): SymbolMeasures | undefined {
    const { keys, projectOf } = this.symbols;
    const wanted = this.projects.indexOf(project);
    for (let at = keys.indexOf(key); at >= 0; at = keys.indexOf(key, at + 1)) {
      if (projectOf[at] !== wanted) continue;
      const { complexity, fanIn, fanOut, centrality, lines } = this.symbol(at);
      return { complexity, fanIn, fanOut, centrality, lines };
    }
    return undefined;
  }

  /** In a form to be stored. */
  pack(): { readonly about: About; readonly columns: Columns } {
    const { keys, ...columns } = this.symbols;
    const { lengths, bytes } = packTexts(keys);
    return {
      about: { ...this.sums, projects: this.projects, types: this.types },
      columns: { ...columns, keyLengths: lengths, keyBytes: bytes },
    };
  }

  /** The table again; undefined when the columns do not fit each other. */
  static unpack(about: About, columns: Columns): MetricTable | undefined {
    const { projectOf, typeOf, complexities, fanIns, fanOuts, lines, centralities } = columns;
    const keys = unpackTexts(columns['keyLengths'], columns['keyBytes']);
    const { projects, types, nodesByType, edgesByType, complexity } = about as unknown as GraphSums & {
      readonly projects: readonly ProjectId[];
      readonly types: readonly NodeType[];
    };
    const isWhole =
      keys !== undefined &&
      projectOf instanceof Uint32Array &&
      typeOf instanceof Uint8Array &&
      centralities instanceof Float32Array &&
      isNumbers(complexities) &&
      isNumbers(fanIns) &&
      isNumbers(fanOuts) &&
      isNumbers(lines);
    if (!isWhole) return undefined;
    const symbols = { projectOf, keys, typeOf, complexities, fanIns, fanOuts, lines, centralities };
    if (Object.values(symbols).some((column) => column.length !== keys.length)) return undefined;
    return new MetricTable({ nodesByType, edgesByType, complexity }, projects, types, symbols);
  }
}

/**
 * Measures the graph of a project, or of the whole store, as a snapshot of the database has it.
 * `centralities` are those of its symbols by project and key. Throws CancelledError.
 */
export async function measureGraph(
  statistics: GraphStatistics,
  snapshot: Snapshot,
  centralities: Float64Array,
  { project, signal }: { readonly project?: ProjectId | undefined; readonly signal?: AbortSignal | undefined },
): Promise<MetricTable> {
  const sums = {
    nodesByType: await statistics.nodesByType(project, snapshot),
    edgesByType: await statistics.edgesByType(project, snapshot),
    complexity: distributionOf(await statistics.complexityHistogram({ project }, snapshot)),
  };
  const projects = new Numbering<ProjectId>();
  const types = new Numbering<NodeType>();
  const rows: Omit<SymbolCounts, 'project' | 'type'>[] = [];
  const [projectOf, typeOf]: [number[], number[]] = [[], []];
  for await (const row of statistics.symbolCounts(snapshot, project, signal)) {
    projectOf.push(projects.numberOf(row.project));
    typeOf.push(types.numberOf(row.type));
    rows.push(row);
  }
  const columnOf = (value: (row: (typeof rows)[number]) => number): NumberColumn => numberColumn(rows.map(value));
  return new MetricTable(sums, projects.names, types.names, {
    projectOf: Uint32Array.from(projectOf),
    keys: rows.map(({ key }) => key),
    typeOf: Uint8Array.from(typeOf),
    complexities: columnOf(({ complexity }) => (complexity ?? -1) + 1),
    fanIns: columnOf(({ fanIn }) => fanIn),
    fanOuts: columnOf(({ fanOut }) => fanOut),
    lines: columnOf(({ lines }) => lines),
    centralities: Float32Array.from(rows, (_, at) => sixDigits(centralities[at] ?? 0)),
  });
}

/** Names with the number of their first appearance. */
class Numbering<Name extends string> {
  readonly names: Name[] = [];
  readonly #numbers = new Map<Name, number>();

  numberOf(name: Name): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

/** So many digits a float of four bytes holds exactly, so that a measure is the same before and after it was stored. */
function sixDigits(value: number): number {
  return Number(value.toPrecision(6));
}

function isNumbers(column: Column | undefined): column is NumberColumn {
  return column instanceof Uint32Array || column instanceof Float64Array;
}
