import Database from 'better-sqlite3';

/** A symbol of the store, with where it lies. Bytes count from the start of the file. */
export interface StoredSymbol {
  readonly id: number;
  readonly project: string;
  readonly path: string;
  readonly name: string;
  readonly qualifiedName: string;
  readonly nodeType: string;
  readonly parent: number | null;
  readonly startByte: number;
  readonly endByte: number;
}

export type EdgeKind = 'call' | 'reference';

/** What one symbol does with another, by their identities. */
export interface MeasuredEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

const KINDS: Readonly<Record<string, EdgeKind>> = {
  call: 'call',
  reference: 'reference',
  data_dependency: 'reference',
  inheritance: 'reference',
};
const CONSTRUCTORS: ReadonlySet<string> = new Set(['constructor', '__init__', '__new__']);

/** The symbols and edges of a database, as far as they are compared with an index. */
export class StoredGraph {
  private readonly symbols = new Map<number, StoredSymbol>();
  /** By project and path, then by the symbol that contains them: in the order of their places, longer ones first. */
  private readonly files = new Map<string, Map<number | null, StoredSymbol[]>>();
  private readonly identities = new Map<number, string>();
  readonly edges: readonly MeasuredEdge[];

  constructor(file: string) {
    const database = new Database(file, { readonly: true });
    try {
      const rows = database
        .prepare(
          `SELECT id, project_id AS project, file_path AS path, symbol_name AS name, qualified_name AS qualifiedName,
             node_type AS nodeType, parent_id AS parent, start_byte AS startByte, end_byte AS endByte
           FROM intel_nodes ORDER BY start_byte, end_byte DESC, id`,
        )
        .all() as StoredSymbol[];
      for (const symbol of rows) this.addSymbol(symbol);
      this.edges = this.readEdges(database);
    } finally {
      database.close();
    }
  }

  /** The files of a project that have symbols. */
  has(project: string, path: string): boolean {
    return this.files.has(fileKey(project, path));
  }

  /** The symbol whose code a byte belongs to: parameters that are fields, and the like, hold no code of their own. */
  holderOf(project: string, path: string, byte: number): StoredSymbol | undefined {
    const children = this.files.get(fileKey(project, path));
    let holder = children?.get(null)?.[0];
    for (
      let inner = holder;
      inner !== undefined;
      inner = children?.get(inner.id)?.find((child) => isAround(child, byte))
    ) {
      holder = inner;
    }
    return holder;
  }

  /** The innermost symbol of a name around a byte: what a definition there is called here. */
  definedAt(project: string, path: string, byte: number, names: ReadonlySet<string>): StoredSymbol | undefined {
    let found: StoredSymbol | undefined;
    for (const list of this.files.get(fileKey(project, path))?.values() ?? []) {
      for (const symbol of list) {
        if (symbol.parent === null || !names.has(symbol.name) || !isAround(symbol, byte)) continue;
        if (found === undefined || symbol.startByte >= found.startByte) found = symbol;
      }
    }
    return found;
  }

  parentOf(symbol: StoredSymbol): StoredSymbol | undefined {
    return symbol.parent === null ? undefined : this.symbols.get(symbol.parent);
  }

  /**
   * What a symbol counts as: overloads and declarations that are merged are one, and a constructor is its class,
   * because indexers name either one where an instance is made.
   */
  identityOf(symbol: StoredSymbol): string {
    const known = this.identities.get(symbol.id);
    if (known !== undefined) return known;
    const parent = symbol.parent === null ? undefined : this.symbols.get(symbol.parent);
    const isConstructor = parent?.nodeType === 'class' && CONSTRUCTORS.has(symbol.name);
    const name = isConstructor ? parent.qualifiedName : symbol.qualifiedName;
    const identity = `${symbol.project}:${symbol.path}#${name}`;
    this.identities.set(symbol.id, identity);
    return identity;
  }

  private addSymbol(symbol: StoredSymbol): void {
    this.symbols.set(symbol.id, symbol);
    const key = fileKey(symbol.project, symbol.path);
    const file = this.files.get(key) ?? new Map<number | null, StoredSymbol[]>();
    this.files.set(key, file);
    file.set(symbol.parent, [...(file.get(symbol.parent) ?? []), symbol]);
  }

  private readEdges(database: Database.Database): MeasuredEdge[] {
    const rows = database
      .prepare('SELECT caller_id AS caller, callee_id AS callee, edge_type AS type FROM intel_edges')
      .all() as { caller: number; callee: number; type: string }[];
    const edges = new Map<string, MeasuredEdge>();
    for (const { caller, callee, type } of rows) {
      const kind = KINDS[type];
      const [from, to] = [this.symbols.get(caller), this.symbols.get(callee)];
      if (kind === undefined || from === undefined || to === undefined || to.nodeType === 'module') continue;
      const edge = { from: this.identityOf(from), to: this.identityOf(to), kind };
      edges.set(edgeKey(edge), edge);
    }
    return [...edges.values()];
  }
}

export function edgeKey({ from, to, kind }: MeasuredEdge): string {
  return `${from}\0${to}\0${kind}`;
}

/** The project that an identity belongs to. */
export function projectOf(identity: string): string {
  return identity.slice(0, identity.indexOf(':'));
}

function isAround(symbol: StoredSymbol, byte: number): boolean {
  return symbol.startByte <= byte && byte < symbol.endByte;
}

function fileKey(project: string, path: string): string {
  return `${project}\0${path}`;
}
