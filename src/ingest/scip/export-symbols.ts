import type { NodeName } from '../../graph/index.js';
import { formatScipSymbol, type NodeId, type ProjectId, type ScipDescriptor } from '../../model/index.js';
import { OWN_SCHEME, ownDescriptor, pathDescriptors } from './own-symbols.js';

interface Written {
  readonly symbol: string;
  readonly descriptors: readonly ScipDescriptor[];
}

/**
 * The symbols of nodes: `lestockage . project . ` with the file's path as namespaces, then a descriptor for
 * each symbol that the node is written in, and its own.
 */
export class ExportSymbols {
  private readonly written = new Map<NodeId, Written>();
  private readonly names: ReadonlyMap<NodeId, NodeName>;
  private readonly taken = new Set<string>();

  /** `names` in an order that is the same for equal graphs: of two nodes the later one has to say its type. */
  constructor(names: readonly NodeName[]) {
    this.names = new Map(names.map((name) => [name.id, name]));
    for (const name of names) this.write(name);
  }

  /** Throws RangeError for a node that was not named. */
  symbol(id: NodeId): string {
    const written = this.written.get(id);
    if (written === undefined) throw new RangeError(`There is no symbol of node ${id}.`);
    return written.symbol;
  }

  has(id: NodeId): boolean {
    return this.written.has(id);
  }

  private write(name: NodeName): Written {
    const known = this.written.get(name.id);
    if (known !== undefined) return known;
    const { projectId, filePath, qualifiedName, nodeType, ordinal } = name;
    const outer = this.outer(name);
    const above = outer?.descriptors ?? pathDescriptors(filePath);
    const rest = outer === undefined ? qualifiedName : qualifiedName.slice(outer.prefix.length);
    const isFile = nodeType === 'module' && qualifiedName === '' && ordinal === 1;
    let written = isFile
      ? symbolOf(projectId, above)
      : symbolOf(projectId, [...above, ownDescriptor(rest, nodeType, ordinal)]);
    if (this.taken.has(written.symbol)) {
      written = symbolOf(projectId, [...above, ownDescriptor(rest, nodeType, ordinal, true)]);
    }
    this.taken.add(written.symbol);
    this.written.set(name.id, written);
    return written;
  }

  /** The nearest symbol around a node whose name its own begins with. */
  private outer(name: NodeName): (Written & { readonly prefix: string }) | undefined {
    const parent = name.parentId === null ? undefined : this.names.get(name.parentId);
    if (parent === undefined) return undefined;
    const prefix = `${parent.qualifiedName}.`;
    const isWithin =
      parent.filePath === name.filePath && parent.qualifiedName !== '' && name.qualifiedName.startsWith(prefix);
    return isWithin && name.qualifiedName.length > prefix.length ? { ...this.write(parent), prefix } : undefined;
  }
}

function symbolOf(project: ProjectId, descriptors: readonly ScipDescriptor[]): Written {
  const symbol = formatScipSymbol({
    kind: 'global',
    scheme: OWN_SCHEME,
    manager: '',
    packageName: project,
    version: '',
    descriptors,
  });
  return { symbol, descriptors };
}
