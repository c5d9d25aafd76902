import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parser } from 'web-tree-sitter';
import type { EdgeKind, StoredGraph, StoredSymbol } from './resolve-graph.js';
import { normaliseSymbol, nameOfSymbol } from './resolve-monikers.js';
import type { IndexedDocument, Occurrence } from './resolve-index.js';
import { FileSyntax } from './resolve-syntax.js';

/** The documents of one package. */
export interface IndexedProject {
  readonly project: string;
  readonly folder: string;
  readonly documents: readonly IndexedDocument[];
}

/** A place as an index has it: what is written in `from` uses one of `to`. */
export interface TrueEdge {
  readonly from: string;
  /**
   * Identities, in order: several where the name is a member of alternatives (`a.kind` with `a: A | B`). The
   * symbol of the index stands for what the store has no symbol for.
   */
  readonly to: readonly string[];
  readonly kind: EdgeKind;
  /** The first place that says so: the file, and the UTF-16 index of the name in it. */
  readonly path: string;
  readonly index: number;
}

/** What an index says of the code of a package. */
export interface Truth {
  readonly edges: readonly TrueEdge[];
  /** Names in the code of a symbol, by its identity, of which the index says nothing. */
  readonly silent: ReadonlyMap<string, ReadonlySet<string>>;
  /** Further names under which exports offer a symbol, by its identity. */
  readonly aliases: ReadonlyMap<string, ReadonlySet<string>>;
}

const LOCAL = 'local ';
/** Parameters and parameters of types end in their bracket. */
const PASSED_IN = /[)\]]$/;
const MODULE = /(?:\/|__init__:)$/;

/** Gets from the places of an index to those of a tree and of the store. */
class Lines {
  private readonly starts: number[] = [0];
  private readonly isPlain: boolean;

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
    this.isPlain = Buffer.byteLength(text) === text.length;
  }

  indexOf({ line, column }: Occurrence): number {
    return (this.starts[line] ?? this.text.length) + column;
  }

  byteOf(index: number): number {
    return this.isPlain ? index : Buffer.byteLength(this.text.slice(0, index));
  }
}

/** What the symbols of indexes stand for in the store. */
export class Definitions {
  private readonly identities = new Map<string, string>();

  constructor(private readonly graph: StoredGraph) {}

  /** Takes in what a package defines. */
  async add({ project, folder, documents }: IndexedProject): Promise<void> {
    for (const { path, occurrences } of documents) {
      if (!this.graph.has(project, path)) continue;
      const lines = new Lines(await readFile(join(folder, path), 'utf8'));
      for (const occurrence of occurrences) {
        if (occurrence.isDefinition && !MODULE.test(occurrence.symbol)) this.define(project, path, occurrence, lines);
      }
    }
  }

  /** Variables inside of functions are no symbols anywhere; what can be named from outside is one here, or is missed. */
  private define(project: string, path: string, occurrence: Occurrence, lines: Lines): void {
    const { symbol } = occurrence;
    const key = keyOf(project, path, symbol);
    const index = lines.indexOf(occurrence);
    const written = /^[\w$#]+/u.exec(lines.text.slice(index))?.[0] ?? '';
    const names = new Set([written, nameOfSymbol(symbol)]);
    const found = this.graph.definedAt(project, path, lines.byteOf(index), names);
    const isOfStore = found !== undefined && (!PASSED_IN.test(symbol) || this.isField(found));
    if (isOfStore) this.identities.set(key, this.graph.identityOf(found));
    else if (!symbol.startsWith(LOCAL) && !PASSED_IN.test(symbol) && !this.identities.has(key)) {
      this.identities.set(key, `${project}:?${symbol}`);
    }
  }

  /** `constructor(private x)` makes a parameter a field. */
  private isField(symbol: StoredSymbol): boolean {
    return symbol.nodeType === 'variable' && this.graph.parentOf(symbol)?.nodeType === 'class';
  }

  /** The identity of what a symbol of a document names; undefined when it is not measured. */
  targetOf(project: string, path: string, symbol: string): string | undefined {
    return this.identities.get(keyOf(project, path, symbol));
  }
}

/** Is an identity that of a definition which the store has no symbol for? */
export function hasNoSymbol(identity: string): boolean {
  return identity.includes(':?');
}

/** What an index says of the code of a package. */
export async function truthOf(
  project: IndexedProject,
  definitions: Definitions,
  graph: StoredGraph,
  parserOf: (path: string) => Promise<Parser>,
): Promise<Truth> {
  const reader = new TruthReader(project, definitions, graph);
  for (const document of project.documents) {
    if (!graph.has(project.project, document.path)) continue;
    const text = await readFile(join(project.folder, document.path), 'utf8');
    const syntax = new FileSyntax(await parserOf(document.path), text);
    reader.read(document, new Lines(text), syntax);
    syntax.delete();
  }
  return reader;
}

class TruthReader implements Truth {
  readonly silent = new Map<string, Set<string>>();
  readonly aliases = new Map<string, Set<string>>();
  private readonly byKey = new Map<string, TrueEdge>();

  constructor(
    private readonly project: IndexedProject,
    private readonly definitions: Definitions,
    private readonly graph: StoredGraph,
  ) {}

  get edges(): TrueEdge[] {
    return [...this.byKey.values()];
  }

  read({ path, occurrences }: IndexedDocument, lines: Lines, syntax: FileSyntax): void {
    const places = new Map<number, Occurrence[]>();
    for (const occurrence of occurrences) {
      const index = lines.indexOf(occurrence);
      places.set(index, [...(places.get(index) ?? []), occurrence]);
    }
    for (const [index, here] of places) this.readPlace(path, index, here, lines, syntax);
    for (const name of syntax.names()) {
      // Of `{ name }` indexers say which property it is, or which variable, but not both.
      const isHalf = name.type === 'shorthand_property_identifier';
      if (places.has(name.startIndex) && !isHalf) continue;
      const holder = this.graph.holderOf(this.project.project, path, lines.byteOf(name.startIndex));
      if (holder !== undefined) addTo(this.silent, this.graph.identityOf(holder), syntax.textOf(name));
    }
  }

  private readPlace(path: string, index: number, here: readonly Occurrence[], lines: Lines, syntax: FileSyntax): void {
    const holder = this.graph.holderOf(this.project.project, path, lines.byteOf(index));
    const isMember = syntax.isMember(index);
    const targets = new Set<string>();
    for (const { symbol, isDefinition } of here) {
      // `self.x = …` in a method defines `x` and writes it.
      if ((isDefinition || PASSED_IN.test(symbol)) && !isMember) continue;
      const target = this.definitions.targetOf(this.project.project, path, symbol);
      if (target !== undefined) targets.add(target);
    }
    if (targets.size === 0 || holder === undefined) return;
    const role = syntax.roleAt(index);
    if (role === 'import') {
      const [only] = targets;
      const alias = /^[\w$]+/.exec(lines.text.slice(index))?.[0];
      if (targets.size === 1 && only !== undefined && alias !== undefined) addTo(this.aliases, only, alias);
      return;
    }
    const from = this.graph.identityOf(holder);
    const to = [...targets].filter((target) => role === 'call' || target !== from).sort();
    const key = `${from}\0${role}\0${to.join('\0')}`;
    if (to.length > 0 && !this.byKey.has(key)) this.byKey.set(key, { from, to, kind: role, path, index });
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

function keyOf(project: string, path: string, symbol: string): string {
  return symbol.startsWith(LOCAL) ? `${project}\0${path}\0${symbol}` : normaliseSymbol(symbol);
}
