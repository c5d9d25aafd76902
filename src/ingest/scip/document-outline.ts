import { NodeHash, nodeKey, type NodeType } from '../../model/index.js';
import type { PdgNodeInput } from '../../graph/index.js';
import { languageOf } from '../languages/index.js';
import type { Complaints } from './complaints.js';
import {
  definitionsOf,
  descriptorsWithin,
  moduleDefinition,
  modulePrefix,
  symbolOf,
  type Definition,
} from './definitions.js';
import type { DocumentText } from './document-text.js';
import { isOwn, readOwnDescriptor } from './own-symbols.js';
import { compareRanges, linesOf, type Range } from './range.js';
import type { ScipDocument, ScipRelationship } from './scip-document.js';
import { nodeTypeOf, plainName, textsOf } from './symbol-kinds.js';

/** A symbol of a document that becomes a node. */
export interface OutlineNode {
  /** The symbols that stand for it; several for a document, none for one without a symbol of its own. */
  readonly symbols: readonly string[];
  readonly key: string;
  readonly nodeType: NodeType;
  readonly name: string;
  /** Its whole extent as far as the index says it, otherwise that of its name. */
  readonly range: Range;
  readonly bodies: readonly Range[];
  readonly input: PdgNodeInput;
  readonly relationships: readonly ScipRelationship[];
  /** The symbol that contains it when the index names one, otherwise undefined. */
  readonly container: string | undefined;
}

/** The nodes of a document; the first is the document itself, the others follow in the order of their places. */
export interface Outline {
  readonly path: string;
  readonly nodes: readonly OutlineNode[];
}

interface Draft {
  readonly definition: Definition;
  readonly parts: readonly Named[];
  readonly nodeType: NodeType;
  readonly range: Range;
  readonly ordinal: number | undefined;
}

interface Named {
  readonly name: string;
  readonly ordinal: number;
}

const WHOLE: Range = { start: { line: 0, column: 0 }, end: { line: 0, column: 0 } };

/** What a document defines, as nodes with keys as the built-in extractor gives them. */
export function outlineOf(document: ScipDocument, text: DocumentText | undefined, complaints: Complaints): Outline {
  const definitions = definitionsOf(document, complaints);
  const module = moduleDefinition(definitions);
  const prefix = modulePrefix(module);
  const aliases: string[] = [];
  const drafts: Draft[] = [];
  for (const definition of definitions.values()) {
    const within = descriptorsWithin(definition, prefix, definitions);
    if (within.length === 0) aliases.push(definition.symbol);
    else drafts.push(draftOf(definition, within));
  }
  drafts.sort((a, b) => compareRanges(a.range, b.range) || (a.definition.symbol < b.definition.symbol ? -1 : 1));
  const language = languageOf(document.path)?.name ?? (document.language.toLowerCase() || 'unknown');
  const root = moduleNode(document, aliases, module, drafts, language, text);
  const nodes = [root];
  const ordinals = new Map<string, number>();
  const keys = new Map(aliases.map((symbol) => [symbol, root.key]));
  for (const draft of drafts) {
    const node = nodeOf(document.path, draft, ordinals, language, text);
    nodes.push(node);
    keys.set(draft.definition.symbol, node.key);
  }
  return { path: document.path, nodes: withParents(nodes, drafts, keys, root.key) };
}

function draftOf(definition: Definition, within: Definition['parsed']['descriptors']): Draft {
  const { parsed, information, bodies } = definition;
  const own = isOwn(parsed);
  const parts = within.map((descriptor): Named =>
    own ? readOwnDescriptor(descriptor) : { name: plainName(descriptor.name), ordinal: 1 },
  );
  const last = parsed.descriptors.at(-1);
  const { declared } = textsOf(information);
  const nodeType =
    own && last?.suffix === 'meta' ? 'external' : nodeTypeOf(information, within, declared, bodies.length > 0);
  const ordinal = own ? parts.at(-1)?.ordinal : undefined;
  return { definition, parts, nodeType, range: bodies[0] ?? definition.name, ordinal };
}

function moduleNode(
  document: ScipDocument,
  symbols: readonly string[],
  module: Definition | undefined,
  drafts: readonly Draft[],
  language: string,
  text: DocumentText | undefined,
): OutlineNode {
  const name = document.path.slice(document.path.lastIndexOf('/') + 1);
  const range = text === undefined ? (module?.bodies[0] ?? spanOf(drafts)) : spanOfText(text);
  const { documentation } = textsOf(module?.information);
  const identity = { filePath: document.path, qualifiedName: '', nodeType: 'module', ordinal: 1 } as const;
  return {
    symbols,
    key: nodeKey(identity),
    nodeType: 'module',
    name,
    range,
    bodies: [],
    input: {
      ...identity,
      symbolName: name,
      language,
      documentation,
      ...placeOf(range, text),
      ...hashesOf(module?.symbol ?? document.path, 'module', range, text),
    },
    relationships: module?.information?.relationships ?? [],
    container: undefined,
  };
}

function nodeOf(
  filePath: string,
  { definition, parts, nodeType, range, ordinal: told }: Draft,
  ordinals: Map<string, number>,
  language: string,
  text: DocumentText | undefined,
): OutlineNode {
  const { symbol, information, bodies, parsed } = definition;
  const qualifiedName = parts.map(({ name }) => name).join('.');
  const displayName = isOwn(parsed) ? information?.displayName : undefined;
  const symbolName = (displayName ?? '') || (parts.at(-1)?.name ?? '');
  const counted = (ordinals.get(`${qualifiedName}(${nodeType})`) ?? 0) + 1;
  ordinals.set(`${qualifiedName}(${nodeType})`, counted);
  const { signature, documentation } = textsOf(information);
  const identity = { filePath, qualifiedName, nodeType, ordinal: told ?? counted };
  return {
    symbols: [symbol],
    key: nodeKey(identity),
    nodeType,
    name: symbolName,
    range,
    bodies,
    input: {
      ...identity,
      symbolName,
      language,
      signature,
      documentation,
      ...placeOf(range, text),
      ...hashesOf(symbol, signature ?? '', range, text),
    },
    relationships: information?.relationships ?? [],
    container: (information?.enclosingSymbol ?? '') || undefined,
  };
}

/** A node lies in the nearest symbol that its own is written below, or in the document. */
function withParents(
  nodes: readonly OutlineNode[],
  drafts: readonly Draft[],
  keys: ReadonlyMap<string, string>,
  rootKey: string,
): OutlineNode[] {
  return nodes.map((node, at) => {
    const parsed = drafts[at - 1]?.definition.parsed;
    if (parsed === undefined) return node;
    let parentKey = rootKey;
    for (let count = parsed.descriptors.length - 1; count > 0; count--) {
      const key = keys.get(symbolOf(parsed, count));
      if (key === undefined || key === node.key) continue;
      parentKey = key;
      break;
    }
    return { ...node, input: { ...node.input, parentKey } };
  });
}

function placeOf(range: Range, text: DocumentText | undefined): Partial<PdgNodeInput> {
  const lines = linesOf(range);
  if (text === undefined) return lines;
  return { ...lines, startByte: text.byteOf(range.start), endByte: text.byteOf(range.end) };
}

/**
 * Without a source there is no structure to hash. The hashes are then those of what the index says, so
 * that they change when that does; with one, the content's is that of the text.
 */
function hashesOf(
  symbol: string,
  signature: string,
  range: Range,
  text: DocumentText | undefined,
): { contentHash: NodeHash; interfaceHash: NodeHash } {
  const interfaceHash = NodeHash.of(`scip interface\0${symbol}\0${signature}`);
  const contentHash = NodeHash.of(`scip content\0${symbol}\0${text === undefined ? signature : text.slice(range)}`);
  return { contentHash, interfaceHash };
}

function spanOfText(text: DocumentText): Range {
  return { start: WHOLE.start, end: text.positionOf(text.text.length) };
}

function spanOf(drafts: readonly Draft[]): Range {
  const lastLine = drafts.reduce((last, { range }) => Math.max(last, range.end.line), 0);
  return { start: WHOLE.start, end: { line: lastLine + 1, column: 0 } };
}
