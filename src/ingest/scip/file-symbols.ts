import type { FileFacts, ReferenceFact, SymbolFact } from '../../model/index.js';

/** The symbols and references that the extractor found in one file, by place. Symbols are named by their position. */
export class FileSymbols {
  private readonly children: readonly (readonly number[])[];
  private readonly references = new Map<number, ReferenceFact[]>();
  private readonly byName = new Map<string, number[]>();
  private readonly byReference = new Map<number, ReadonlyMap<string, readonly ReferenceFact[]>>();

  constructor(private readonly facts: FileFacts) {
    const { symbols, references } = facts;
    const children: number[][] = symbols.map(() => []);
    for (const [position, symbol] of symbols.entries()) {
      if (symbol.parent < 0) continue;
      children[symbol.parent]?.push(position);
      push(this.byName, symbol.name, position);
    }
    this.children = children.map((list) => this.apart(list));
    for (const reference of references) push(this.references, reference.source, reference);
  }

  get list(): readonly SymbolFact[] {
    return this.facts.symbols;
  }

  at(position: number): SymbolFact {
    const symbol = this.facts.symbols[position];
    if (symbol === undefined) throw new RangeError(`No symbol ${position} in ${this.facts.path}.`);
    return symbol;
  }

  referencesOf(position: number): readonly ReferenceFact[] {
    return this.references.get(position) ?? [];
  }

  /** The references of a symbol that are written with a name: their own, their alias, or the module's of an import. */
  referencesNamed(position: number, name: string): readonly ReferenceFact[] {
    let names = this.byReference.get(position);
    if (names === undefined) {
      const lists = new Map<string, ReferenceFact[]>();
      for (const fact of this.referencesOf(position)) for (const each of namesOf(fact)) push(lists, each, fact);
      this.byReference.set(position, (names = lists));
    }
    return names.get(name) ?? [];
  }

  /** The symbols that the code at a byte belongs to, from the innermost to the module. */
  chainAt(byte: number): readonly number[] {
    const chain = [0];
    for (let inner = this.childAt(0, byte); inner !== undefined; inner = this.childAt(inner, byte))
      chain.unshift(inner);
    return chain;
  }

  /** The innermost symbol called `name` whose definition has the byte in it. */
  named(name: string, byte: number): number | undefined {
    let best: number | undefined;
    for (const position of this.byName.get(name) ?? []) {
      const symbol = this.at(position);
      if (byte < symbol.startByte || byte >= symbol.endByte) continue;
      if (best === undefined || symbol.endByte - symbol.startByte <= this.sizeOf(best)) best = position;
    }
    return best;
  }

  private childAt(parent: number, byte: number): number | undefined {
    const list = this.children[parent] ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(list[middle] ?? 0).startByte <= byte) low = middle + 1;
      else high = middle;
    }
    const last = list[low - 1];
    return last !== undefined && byte < this.at(last).endByte ? last : undefined;
  }

  /**
   * Symbols of one parent without those that lie in others of them: a field that is defined in a method
   * belongs to the class, but the code around it is the method's.
   */
  private apart(list: readonly number[]): number[] {
    const kept: number[] = [];
    let end = -1;
    const ordered = [...list].sort(
      (a, b) => this.at(a).startByte - this.at(b).startByte || this.sizeOf(b) - this.sizeOf(a),
    );
    for (const position of ordered) {
      const { startByte, endByte } = this.at(position);
      if (startByte < end) continue;
      kept.push(position);
      end = endByte;
    }
    return kept;
  }

  private sizeOf(position: number): number {
    const { startByte, endByte } = this.at(position);
    return endByte - startByte;
  }
}

/** What a reference is written with: its name, its alias, the module's name of an import. */
export function namesOf({ name, alias, receiver, kind }: ReferenceFact): string[] {
  const names = new Set([name]);
  if (alias !== null) names.add(alias);
  if ((kind === 'import' || kind === 'export') && receiver !== null) names.add(receiver);
  return [...names];
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
