import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  DocumentSchema,
  MetadataSchema,
  PositionEncoding,
  SymbolInformationSchema,
  TextEncoding,
  type Document,
} from '@c4312/scip/scip_pb.js';
import type { NodeName, Project, ProjectReader, ReferenceRow, WrittenFile } from '../../graph/index.js';
import { CancelledError, compareText, type Edge, type EdgeType, type Node, type NodeId } from '../../model/index.js';
import type { IndexWarning } from '../indexer.js';
import { readSource } from '../walk/index.js';
import { DocumentText } from './document-text.js';
import { ExportPlaces } from './export-places.js';
import { ExportSymbols } from './export-symbols.js';
import { OWN_TOOL } from './own-symbols.js';
import { rangeNumbers } from './range.js';
import { ROLE } from './scip-document.js';
import { KIND_OF_NODE_TYPE } from './symbol-kinds.js';

export interface ExportScipOptions {
  readonly signal?: AbortSignal;
  /** Told of what the index cannot say, once it is written. */
  readonly onWarning?: (warning: IndexWarning) => void;
}

type OccurrenceShape = Pick<Document['occurrences'][number], 'symbol' | 'range' | 'symbolRoles' | 'enclosingRange'>;

const FIELD = { metadata: 1, document: 2, external: 3 } as const;

/**
 * A project as a SCIP index, a piece of the file at a time: its definitions with the whole of their extent,
 * references where they stand, inheritance as relationships. Where a file is still the one that was indexed,
 * places are exact; otherwise they are lines, and a reference is an empty range.
 *
 * Roles tell the types of edges apart: `Import`, `ReadAccess` and `WriteAccess` for data dependencies and other
 * references, none of these for calls.
 */
export async function* exportScip(
  reader: ProjectReader,
  project: Project,
  options: ExportScipOptions,
): AsyncGenerator<Uint8Array, void, void> {
  yield metadataOf(project);
  const run = new ScipExport(reader, project, await reader.names(), await reader.containers());
  for (const filePath of await reader.paths()) {
    if (options.signal?.aborted === true) throw new CancelledError(undefined, { cause: options.signal.reason });
    const document = await run.document(await reader.file(filePath));
    yield field(FIELD.document, toBinary(DocumentSchema, document));
  }
  yield* run.externals();
  for (const warning of run.warnings()) options.onWarning?.(warning);
}

function metadataOf({ root }: Project): Uint8Array {
  const metadata = create(MetadataSchema, {
    toolInfo: { name: OWN_TOOL },
    projectRoot: root === null ? '' : pathToFileURL(root).href,
    textDocumentEncoding: TextEncoding.UTF8,
  });
  return field(FIELD.metadata, toBinary(MetadataSchema, metadata));
}

class ScipExport {
  private readonly symbols: ExportSymbols;
  private readonly names: Map<NodeId, NodeName>;
  private readonly foreign = new Map<NodeId, NodeName>();
  private unplaced = 0;
  private unread = 0;

  constructor(
    private readonly reader: ProjectReader,
    private readonly project: Project,
    names: readonly NodeName[],
    private readonly containers: ReadonlyMap<NodeId, NodeId>,
  ) {
    this.names = new Map(names.map((name) => [name.id, name]));
    this.symbols = new ExportSymbols(names);
  }

  async document(file: WrittenFile): Promise<Document> {
    const module = file.nodes.find(({ nodeType, qualifiedName }) => nodeType === 'module' && qualifiedName === '');
    const places = new ExportPlaces(file.nodes, this.textOf(file), module?.key ?? '');
    const ordered = module === undefined ? file.nodes : [module, ...file.nodes.filter((node) => node !== module)];
    const bases = new Map<NodeId, string[]>();
    const occurrences = ordered.map((node) => this.definition(node, places, node === module));
    const callers = new Map(file.nodes.map((node) => [node.id, node]));
    for (const edge of file.edges) {
      const caller = callers.get(edge.callerId);
      if (caller === undefined || edge.edgeType === 'containment') continue;
      const target = await this.target(edge.calleeId);
      if (edge.edgeType === 'inheritance') bases.set(caller.id, [...(bases.get(caller.id) ?? []), target.symbol]);
      else this.addMention(occurrences, places, caller, edge, target, file.references.get(caller.id) ?? []);
    }
    return create(DocumentSchema, {
      relativePath: file.path,
      language: ordered[0]?.language ?? '',
      positionEncoding: PositionEncoding.UTF8CodeUnitOffsetFromLineStart,
      occurrences,
      symbols: ordered.map((node) => this.information(node, bases.get(node.id) ?? [])),
    });
  }

  /** The symbols of other projects that were referred to, by id. */
  *externals(): Generator<Uint8Array, void, void> {
    for (const { symbol, name } of this.foreignSymbols()) {
      const information = create(SymbolInformationSchema, {
        symbol,
        kind: KIND_OF_NODE_TYPE[name.nodeType],
        displayName: name.symbolName,
      });
      yield field(FIELD.external, toBinary(SymbolInformationSchema, information));
    }
  }

  warnings(): IndexWarning[] {
    const { id } = this.project;
    const warnings: IndexWarning[] = [];
    if (this.unread > 0) {
      const message = `${this.unread} files are not at hand as they were indexed: of their symbols the index has lines only.`;
      warnings.push({ file: id, code: 'SOURCE_CHANGED', message });
    }
    if (this.unplaced > 0) {
      const message = `${this.unplaced} edges are left out: where their caller stands is not known, or another symbol covers all of it.`;
      warnings.push({ file: id, code: 'EDGES_WITHOUT_PLACE', message });
    }
    return warnings;
  }

  private definition(node: Node, places: ExportPlaces, isModule: boolean): OccurrenceShape {
    const symbol = this.symbols.symbol(node.id);
    if (isModule) return { symbol, symbolRoles: ROLE.definition, range: [0, 0, 0], enclosingRange: [] };
    const body = places.body(node);
    return {
      symbol,
      symbolRoles: ROLE.definition,
      range: rangeNumbers(places.name(node)),
      enclosingRange: body === undefined ? [] : rangeNumbers(body),
    };
  }

  private addMention(
    occurrences: OccurrenceShape[],
    places: ExportPlaces,
    caller: Node,
    edge: Edge,
    { symbol, name }: { readonly symbol: string; readonly name: string },
    references: readonly ReferenceRow[],
  ): void {
    const reference = references.find((row) => row.name === name) ?? references.find((row) => row.alias === name);
    const range = places.mention(caller, name, reference);
    if (range === undefined) {
      this.unplaced++;
      return;
    }
    occurrences.push({ symbol, range: rangeNumbers(range), symbolRoles: rolesOf(edge), enclosingRange: [] });
  }

  private information(node: Node, bases: readonly string[]): Document['symbols'][number] {
    const container = this.containers.get(node.id);
    return create(SymbolInformationSchema, {
      symbol: this.symbols.symbol(node.id),
      kind: KIND_OF_NODE_TYPE[node.nodeType],
      displayName: node.symbolName,
      documentation: node.documentation === null ? [] : [node.documentation],
      enclosingSymbol: container === undefined || !this.symbols.has(container) ? '' : this.symbols.symbol(container),
      relationships: bases.map((symbol) => ({ symbol, isImplementation: true })),
      ...(node.signature === null ? {} : { signatureDocumentation: { text: node.signature, language: node.language } }),
    });
  }

  private async target(id: NodeId): Promise<{ readonly symbol: string; readonly name: string }> {
    const own = this.names.get(id);
    if (own !== undefined) return { symbol: this.symbols.symbol(id), name: own.symbolName };
    const chain: NodeName[] = [];
    for (let next: NodeId | null = id; next !== null && chain.length < MAX_DEPTH;) {
      const name: NodeName | undefined = this.foreign.get(next) ?? (await this.reader.name(next));
      if (name === undefined) break;
      this.foreign.set(name.id, name);
      chain.push(name);
      next = name.parentId;
    }
    return { symbol: new ExportSymbols(chain.reverse()).symbol(id), name: this.foreign.get(id)?.symbolName ?? '' };
  }

  private *foreignSymbols(): Generator<{ readonly symbol: string; readonly name: NodeName }, void, void> {
    const names = [...this.foreign.values()];
    const symbols = new ExportSymbols(names);
    const written = names.map((name) => ({ symbol: symbols.symbol(name.id), name }));
    yield* written.sort((a, b) => compareText(a.symbol, b.symbol));
  }

  /** The file as it was indexed; undefined when it is not there any more. */
  private textOf({ path: filePath, contentHash }: WrittenFile): DocumentText | undefined {
    const { root } = this.project;
    if (root === null || contentHash === null) return undefined;
    const read = readSource({ path: filePath, absolutePath: path.join(root, filePath), sizeBytes: 0 });
    if (read.kind === 'source' && read.contentHash === contentHash) {
      return new DocumentText(read.text, 'utf8', read.bomBytes);
    }
    this.unread++;
    return undefined;
  }
}

/** Deeper than anything is nested, in case that what is written in what goes in a circle. */
const MAX_DEPTH = 1000;

const PLAIN_ROLES: Readonly<Partial<Record<EdgeType, number>>> = { call: 0, import: ROLE.import, reference: ROLE.read };

function rolesOf({ edgeType, metadata }: Edge): number {
  const plain = PLAIN_ROLES[edgeType];
  if (plain !== undefined) return plain;
  if (metadata?.access === 'readwrite') return ROLE.read | ROLE.write;
  return metadata?.access === 'write' ? ROLE.write : ROLE.read;
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
}
