import fc from 'fast-check';
import { PdgBuilder, pdgLines, type PdgEdgeInput, type PdgNodeInput } from '../../src/graph/index.js';
import {
  EDGE_TYPES,
  NODE_TYPES,
  NodeHash,
  nodeKey,
  VISIBILITIES,
  type EdgeMetadata,
  type Pdg,
} from '../../src/model/index.js';

/** What a graph is made of, each in any order. */
export interface Ingredients {
  readonly nodes: readonly PdgNodeInput[];
  readonly edges: readonly PdgEdgeInput[];
}

/** Any Unicode text, control characters and astral planes included. */
const text = fc.string({ unit: 'binary', maxLength: 30 });
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
/** Mostly small numbers, now and then some that four bytes do not hold. */
const count: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.nat() },
  { weight: 1, arbitrary: fc.maxSafeNat() },
);
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => NodeHash.fromDigest(bytes));

const LARGE = 'ü😀\n'.repeat(150_000);
/** One in forty is larger than a megabyte. */
const signature = fc
  .tuple(fc.option(text), fc.nat(39))
  .map(([own, dice]) => (dice === 39 ? `${LARGE}${own ?? ''}` : own));

const node: fc.Arbitrary<PdgNodeInput> = fc
  .record({
    filePath: fc.oneof(fc.constantFrom('a.ts', 'b/c.ts', 'größe/😀.py'), name),
    symbolName: fc.oneof(fc.constantFrom('f', 'g'), name),
    qualifiedName: text,
    nodeType: fc.constantFrom(...NODE_TYPES),
    ordinal: fc.integer({ min: 1, max: 4 }),
    language: name,
    signature,
    documentation: fc.option(text),
    visibility: fc.constantFrom(...VISIBILITIES),
    complexity: fc.option(count),
    contentHash: hash,
    interfaceHash: hash,
    valueType: fc.option(text),
    ownerName: fc.option(text),
    startByte: fc.nat(),
    startLine: fc.nat(),
    size: fc.nat(),
    embedding: fc.option(fc.uint8Array({ maxLength: 48 })),
  })
  .map(({ size, ...fields }) => ({ ...fields, endByte: fields.startByte + size, endLine: fields.startLine + size }));

/** Any UTF-16 units, lone surrogates too: JSON writes these as escapes. */
const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((all) => String.fromCharCode(...all));

const metadata: fc.Arbitrary<EdgeMetadata | null> = fc
  .option(
    fc.dictionary(
      fc.oneof(fc.string(), units).filter((key) => key !== '__proto__'),
      fc.oneof(fc.jsonValue({ maxDepth: 2, noUnicodeString: false }), units),
      { maxKeys: 4 },
    ),
  )
  .map((value) => (value === null ? null : (JSON.parse(JSON.stringify(value)) as EdgeMetadata)));

export function keyOf(input: PdgNodeInput): string {
  return nodeKey({ ordinal: 1, qualifiedName: input.symbolName, ...input });
}

/** Graphs with no nodes and with many, self loops, and edges of several types between two nodes. */
export const ingredients: fc.Arbitrary<Ingredients> = fc
  .record({
    nodes: fc.uniqueArray(node, { selector: keyOf, maxLength: 10 }),
    links: fc.array(fc.record({ from: fc.nat(), to: fc.nat(), type: fc.constantFrom(...EDGE_TYPES), metadata }), {
      maxLength: 25,
    }),
    parents: fc.array(fc.option(fc.nat()), { minLength: 10, maxLength: 10 }),
  })
  .map(({ nodes, links, parents }) => {
    const keys = nodes.map(keyOf);
    const keyAt = (at: number): string => keys[at % keys.length] ?? '';
    const edges = new Map<string, PdgEdgeInput>();
    for (const link of keys.length === 0 ? [] : links) {
      const edge = { from: keyAt(link.from), to: keyAt(link.to), edgeType: link.type, metadata: link.metadata };
      edges.set(JSON.stringify([edge.from, edge.to, edge.edgeType]), edge);
    }
    const withParents = nodes.map((each, at) => {
      const parent = parents[at] ?? null;
      return { ...each, parentKey: parent === null ? null : keyAt(parent) };
    });
    return { nodes: withParents, edges: [...edges.values()] };
  });

export function pdgOf({ nodes, edges }: Ingredients): Pdg {
  const builder = new PdgBuilder();
  for (const edge of edges) builder.addEdge(edge);
  for (const each of nodes) builder.addNode(each);
  return builder.build();
}

/** The canonical form with what that leaves out: embeddings and owners. */
export function everythingOf(pdg: Pdg): string[] {
  const rest = [...pdg.nodeIndices()].map((index) => {
    const { key, embedding, ownerName } = pdg.node(index);
    return JSON.stringify([key, ownerName, embedding === null ? null : Buffer.from(embedding).toString('hex')]);
  });
  return [...pdgLines(pdg, 'p'), ...rest];
}

/** A function of `a.ts` for graphs that are written out in a test. */
export function pdgNode(symbolName: string, fields: Partial<PdgNodeInput> = {}): PdgNodeInput {
  return { filePath: 'a.ts', symbolName, nodeType: 'function', contentHash: NodeHash.of(symbolName), ...fields };
}

/** The key of such a function. */
export function functionKey(symbolName: string): string {
  return `a.ts#${symbolName}(function)`;
}
