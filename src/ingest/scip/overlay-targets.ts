import {
  isLestockageError,
  monikerOf,
  nodeKey,
  parseScipSymbol,
  type GlobalScipSymbol,
  type Moniker,
  type NodeType,
  type SymbolFact,
} from '../../model/index.js';
import type { Complaints } from './complaints.js';
import { definitionsOf, moduleDefinition } from './definitions.js';
import type { DocumentText } from './document-text.js';
import { type FileSymbols } from './file-symbols.js';
import { ROLE, type ScipDocument, type ScipOccurrence } from './scip-document.js';

/** A symbol of the project that something refers to. */
export interface OverlayTarget {
  readonly path: string;
  /** Position among the symbols of its file. */
  readonly position: number;
  readonly key: string;
  readonly name: string;
  readonly nodeType: NodeType;
  /** Has it a body to run? */
  readonly isMeasured: boolean;
  /** The type that a method is written in. */
  readonly container: OverlayTarget | undefined;
}

/** What a symbol of an index means to the project. */
export type Meaning =
  | { readonly kind: 'symbol'; readonly target: OverlayTarget }
  | { readonly kind: 'external'; readonly moniker: Moniker; readonly nodeType: NodeType }
  /** The indexer did not find what it means, or found it in a part of the project that it knows nothing of. */
  | { readonly kind: 'unresolved' }
  /** A part of a symbol: a parameter, a variable inside. */
  | { readonly kind: 'inner' };

const UNRESOLVED: Meaning = { kind: 'unresolved' };
const INNER: Meaning = { kind: 'inner' };
const LOCAL = 'local ';
/** Parameters and type parameters end in their bracket. */
const PARAMETER = /[)\]]$/;
const CONSTRUCTOR = '<constructor>';

/** What the symbols of an index mean: those that it defines, by the symbols of the files that it is about. */
export class OverlayTargets {
  private readonly targets = new Map<string, OverlayTarget>();
  private readonly defined = new Set<string>();
  private readonly packages = new Set<string>();
  /** Of symbols that are not defined, which are named many times. */
  private readonly foreign = new Map<string, Meaning>();

  /** @param packages the project's own, as `manager name` */
  constructor(
    packages: Iterable<string>,
    private readonly complaints: Complaints,
  ) {
    for (const name of packages) this.packages.add(name);
  }

  /** Notes what a document defines. */
  addDocument(path: string, document: ScipDocument, text: DocumentText, file: FileSymbols): void {
    const definitions = definitionsOf(document, this.complaints);
    for (const { parsed } of definitions.values()) this.packages.add(packageOf(monikerOf(parsed)));
    for (const { symbol, roles } of document.occurrences) {
      if ((roles & ROLE.definition) !== 0) this.defined.add(keyOf(path, symbol));
    }
    const module = moduleDefinition(definitions);
    if (module !== undefined && !this.targets.has(module.symbol))
      this.targets.set(module.symbol, targetOf(path, file, 0));
    for (const [position, occurrence] of this.namesOf(document, text, file)) {
      const key = keyOf(path, occurrence.symbol);
      const target = targetOf(path, file, position);
      const known = this.targets.get(key);
      // Of several definitions of one symbol the one that is run counts, else the first.
      if (known === undefined || (known.path === path && !known.isMeasured && target.isMeasured))
        this.targets.set(key, target);
    }
  }

  /** What a symbol means in a document. */
  meaningOf(path: string, symbol: string): Meaning {
    const key = keyOf(path, symbol);
    const target = this.targets.get(key);
    if (target !== undefined) return { kind: 'symbol', target };
    if (this.defined.has(key)) return INNER;
    if (symbol.startsWith(LOCAL)) return UNRESOLVED;
    if (PARAMETER.test(symbol)) return INNER;
    let foreign = this.foreign.get(symbol);
    if (foreign === undefined) this.foreign.set(symbol, (foreign = this.foreignMeaning(path, symbol)));
    return foreign;
  }

  private foreignMeaning(path: string, symbol: string): Meaning {
    const parsed = this.parse(path, symbol);
    if (parsed === undefined) return INNER;
    const moniker = monikerOf(withoutConstructor(parsed));
    return this.packages.has(packageOf(moniker))
      ? UNRESOLVED
      : { kind: 'external', moniker, nodeType: nodeTypeOf(parsed) };
  }

  /** The symbol of a file that a symbol of the index stands for. */
  definedAt(path: string, symbol: string): OverlayTarget | undefined {
    const target = this.targets.get(keyOf(path, symbol));
    return target?.path === path ? target : undefined;
  }

  /** Each symbol of the file with the definition that names it: what is known outside goes before what is not. */
  private namesOf(document: ScipDocument, text: DocumentText, file: FileSymbols): Map<number, ScipOccurrence> {
    const names = new Map<number, ScipOccurrence>();
    for (const occurrence of document.occurrences) {
      const { range, roles, symbol } = occurrence;
      if ((roles & ROLE.definition) === 0 || range === undefined || symbol === '' || !text.holds(range.end)) continue;
      const position = file.named(writtenAt(text, occurrence), text.byteOf(range.start));
      if (position === undefined) continue;
      const known = names.get(position);
      if (known === undefined || (isPart(known.symbol) && !isPart(symbol))) names.set(position, occurrence);
    }
    return names;
  }

  private parse(path: string, symbol: string): GlobalScipSymbol | undefined {
    try {
      const parsed = parseScipSymbol(symbol);
      return parsed.kind === 'global' ? parsed : undefined;
    } catch (error) {
      if (!isLestockageError(error)) throw error;
      this.complaints.add('INVALID_SYMBOL', path, symbol);
      return undefined;
    }
  }
}

/** What stands in the text where an occurrence is, without quotes; the alias where that is part of it. */
export function writtenAt(text: DocumentText, { range }: ScipOccurrence): string {
  if (range === undefined) return '';
  const written = text
    .slice(range)
    .trim()
    .replace(/^(["'`])([^]*)\1$/, '$2');
  return / as ([^\s]+)$/.exec(written)?.[1] ?? written;
}

/** Local symbols have names of their own in every document. */
function keyOf(path: string, symbol: string): string {
  return symbol.startsWith(LOCAL) ? `${path}\0${symbol}` : symbol;
}

function isPart(symbol: string): boolean {
  return symbol.startsWith(LOCAL) || PARAMETER.test(symbol);
}

function targetOf(path: string, file: FileSymbols, position: number): OverlayTarget {
  const symbol: SymbolFact = file.at(position);
  return {
    path,
    position,
    key: nodeKey({ ...symbol, filePath: path }),
    name: symbol.name,
    nodeType: symbol.nodeType,
    isMeasured: symbol.complexity !== null,
    container: symbol.nodeType === 'method' && symbol.parent >= 0 ? targetOf(path, file, symbol.parent) : undefined,
  };
}

/** Who makes an instance names the class. */
function withoutConstructor(symbol: GlobalScipSymbol): GlobalScipSymbol {
  const { descriptors } = symbol;
  const isConstructor = descriptors.length > 1 && descriptors.at(-1)?.name === CONSTRUCTOR;
  return isConstructor ? { ...symbol, descriptors: descriptors.slice(0, -1) } : symbol;
}

function packageOf({ manager, packageName }: Moniker): string {
  return `${manager} ${packageName}`;
}

function nodeTypeOf({ descriptors }: GlobalScipSymbol): NodeType {
  switch (descriptors.at(-1)?.suffix) {
    case 'method':
    case 'macro':
      return 'function';
    case 'type':
      return 'class';
    case 'namespace':
      return 'module';
    case 'meta':
      return descriptors.at(-1)?.name === '__init__' ? 'module' : 'variable';
    default:
      return 'variable';
  }
}
