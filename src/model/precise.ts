import type { EdgeType } from './edge.js';
import type { FileFacts, SymbolFact } from './facts.js';
import type { Moniker } from './moniker.js';
import { NodeHash } from './node-hash.js';
import { nodeKey } from './node.js';

/**
 * Precise facts: what a compiler found out about the references of one file, as an index of its tells.
 * They count while the file is the one that the index describes.
 */
export interface PreciseFile {
  /** From the project's root. */
  readonly path: string;
  /** BLAKE3 of the bytes of the file that the index describes. */
  readonly contentHash: NodeHash;
  /** {@link structureOf} that file: it stays when comments and layout change. */
  readonly structureHash: NodeHash;
  /** The indexer, such as `scip-typescript`. */
  readonly tool: string;
  /** The folder that was indexed, from the project's root; the empty text for the root itself. */
  readonly folder: string;
  /**
   * What each symbol refers to, by its key in the file (see {@link keyInFile}). A symbol that the index
   * does not speak of is not there; one that refers to nothing has an empty list.
   */
  readonly references: ReadonlyMap<string, readonly PreciseReference[]>;
}

export const PRECISE_EDGE_TYPES = [
  'call',
  'inheritance',
  'import',
  'data_dependency',
  'reference',
] as const satisfies readonly EdgeType[];
export type PreciseEdgeType = (typeof PRECISE_EDGE_TYPES)[number];

const ACCESSES = ['read', 'write', 'readwrite'] as const;
export type PreciseAccess = (typeof ACCESSES)[number];

/** What one symbol refers to under one name and in one way. */
export interface PreciseReference {
  readonly target: PreciseTarget;
  readonly edgeType: PreciseEdgeType;
  /** As it is written there: an alias, or the module's name of an import. */
  readonly name: string;
  readonly count: number;
  /** Of a data dependency, else null. */
  readonly access: PreciseAccess | null;
}

export type PreciseTarget =
  /** A symbol of the project, by its node key. It may have gone since. */
  | { readonly kind: 'symbol'; readonly key: string }
  /**
   * A symbol of another package, as importers name it. Nothing in the project binds it; what it is used as
   * outside the project is found by the imports, as for files of which no compiler told.
   */
  | { readonly kind: 'external'; readonly moniker: Moniker }
  /** The indexer did not know either; the edge type is of no meaning then. */
  | { readonly kind: 'unresolved' };

/** The key of a symbol without the path of its file: `#Qualified.name(type)`. */
export function keyInFile(symbol: Pick<SymbolFact, 'qualifiedName' | 'nodeType' | 'ordinal'>): string {
  const { qualifiedName, nodeType, ordinal } = symbol;
  return nodeKey({ filePath: '', qualifiedName, nodeType, ordinal });
}

/** One hash for all that the code of a file says, without comments and layout. */
export function structureOf({ symbols }: Pick<FileFacts, 'symbols'>): NodeHash {
  const lines = symbols.map((symbol) => `${keyInFile(symbol)}\0${symbol.contentHash}\0${symbol.interfaceHash}`);
  return NodeHash.of(lines.sort().join('\n'));
}

/** Is the file with these bytes and these facts the one that the index describes, but for comments and layout? */
export function describes(
  precise: Pick<PreciseFile, 'contentHash' | 'structureHash'>,
  contentHash: NodeHash | undefined,
  facts: Pick<FileFacts, 'symbols'>,
): boolean {
  return precise.contentHash === contentHash || precise.structureHash === structureOf(facts);
}

// ── Stored form ────────────────────────────────────────────────────────────────────────────────

/**
 * The references of a file as JSON: `symbols` and `external` list the targets, a target is a position in the one
 * after the other, -1 for unresolved; keys of the file itself are without its path. `references` has a list
 * for each source with `[target, edge type, count, name, access]`; name and access are left out at the end, or
 * 0, where the name is the target's own and where there is no access.
 */
interface Encoded {
  readonly symbols: readonly string[];
  readonly external: readonly (readonly [manager: string, name: string, version: string, descriptors: string])[];
  readonly references: Readonly<Record<string, readonly EncodedReference[]>>;
}
type EncodedReference = readonly [target: number, edgeType: number, count: number, ...rest: (string | number)[]];

export function encodePrecise({ path, references }: Pick<PreciseFile, 'path' | 'references'>): string {
  const symbols = new TargetList();
  const external = new TargetList();
  const monikers: Encoded['external'][number][] = [];
  for (const { target } of [...references.values()].flat()) {
    if (target.kind === 'symbol') symbols.add(shortKey(target.key, path));
    if (target.kind !== 'external' || !external.add(textOfMoniker(target.moniker))) continue;
    const { manager, packageName, version, descriptors } = target.moniker;
    monikers.push([manager, packageName, version, descriptors]);
  }
  const placeOf = (target: PreciseTarget): number => {
    if (target.kind === 'unresolved') return -1;
    if (target.kind === 'symbol') return symbols.placeOf(shortKey(target.key, path));
    return symbols.size + external.placeOf(textOfMoniker(target.moniker));
  };
  const encoded: Encoded = {
    symbols: symbols.names,
    external: monikers,
    references: Object.fromEntries(
      [...references].map(([source, list]) => [
        source,
        list.map((each) => encodeReference(each, placeOf(each.target))),
      ]),
    ),
  };
  return JSON.stringify(encoded);
}

/** Undefined for a text that is not of this form. */
export function decodePrecise(path: string, text: string): PreciseFile['references'] | undefined {
  try {
    // The shape is checked while it is read.
    const { symbols, external, references } = JSON.parse(text) as Encoded;
    const targets: PreciseTarget[] = [
      ...symbols.map((key) => ({ kind: 'symbol' as const, key: wholeKey(asText(key), path) })),
      ...external.map(([manager, packageName, version, descriptors]) => ({
        kind: 'external' as const,
        moniker: {
          manager: asText(manager),
          packageName: asText(packageName),
          version: asText(version),
          descriptors: asText(descriptors),
        },
      })),
    ];
    return new Map(
      Object.entries(references).map(([source, list]) => [source, list.map((each) => decodeReference(each, targets))]),
    );
  } catch {
    return undefined;
  }
}

function encodeReference({ target, edgeType, name, count, access }: PreciseReference, place: number): EncodedReference {
  const shortName = name === nameOfTarget(target) ? 0 : name;
  const rest = access === null ? (shortName === 0 ? [] : [shortName]) : [shortName, ACCESSES.indexOf(access)];
  return [place, PRECISE_EDGE_TYPES.indexOf(edgeType), count, ...rest];
}

function decodeReference(
  [place, type, count, name = 0, access]: EncodedReference,
  targets: readonly PreciseTarget[],
): PreciseReference {
  const target = place === -1 ? UNRESOLVED : targets[place];
  const edgeType = PRECISE_EDGE_TYPES[type];
  const accessed = access === undefined ? null : ACCESSES[access as number];
  if (target === undefined || edgeType === undefined || accessed === undefined || !Number.isInteger(count)) {
    throw new TypeError('This is no reference.');
  }
  return { target, edgeType, name: name === 0 ? nameOfTarget(target) : asText(name), count, access: accessed };
}

const UNRESOLVED: PreciseTarget = { kind: 'unresolved' };

class TargetList {
  private readonly places = new Map<string, number>();

  get names(): readonly string[] {
    return [...this.places.keys()];
  }

  get size(): number {
    return this.places.size;
  }

  /** Was it not in the list before? */
  add(name: string): boolean {
    if (this.places.has(name)) return false;
    this.places.set(name, this.places.size);
    return true;
  }

  placeOf(name: string): number {
    return this.places.get(name) ?? -1;
  }
}

function textOfMoniker({ manager, packageName, version, descriptors }: Moniker): string {
  return JSON.stringify([manager, packageName, version, descriptors]);
}

/** The last word of a key or of descriptors. Only a way to write less. */
function nameOfTarget(target: PreciseTarget): string {
  if (target.kind === 'unresolved') return '';
  const text = target.kind === 'symbol' ? target.key.replace(/\(\w+\)(?:~\d+)?$/, '') : target.moniker.descriptors;
  return /([\p{L}\p{N}_$]+)[^\p{L}\p{N}_$]*$/u.exec(text)?.[1] ?? '';
}

/** No path begins with a slash, so one marks a key of another file whose path begins as a key in this file does. */
function shortKey(key: string, path: string): string {
  if (key.startsWith(`${path}#`)) return key.slice(path.length);
  return key.startsWith('#') ? `/${key}` : key;
}

function wholeKey(key: string, path: string): string {
  return key.startsWith('#') ? path + key : key.replace(/^\//, '');
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('This is no text.');
  return value;
}
