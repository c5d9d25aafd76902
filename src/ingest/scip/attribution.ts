import { comparePositions, compareRanges, contains, type Position, type Range } from './range.js';
import type { OutlineNode } from './document-outline.js';

/** How it is known which symbol a reference is written in. */
export type AttributionWay = 'enclosing' | 'extractor' | 'nearest';

interface Body {
  readonly range: Range;
  readonly key: string;
  readonly way: AttributionWay;
}

/** A definition as another source tells of it. */
export interface KnownExtent {
  readonly name: string;
  readonly range: Range;
}

/** The symbol that a place is in. */
export interface Holder {
  readonly key: string;
  readonly way: AttributionWay;
}

/** Where the symbols of one document lie, to say which one a place is in. */
export class Attribution {
  /** For each body the last one before it that it begins in, or -1. */
  private readonly outer: Int32Array;

  private constructor(
    private readonly bodies: readonly Body[],
    private readonly module: Holder,
    private readonly isByOrder: boolean,
  ) {
    this.outer = new Int32Array(bodies.length).fill(-1);
    for (const [at, { range }] of bodies.entries()) this.outer[at] = this.holding(at - 1, range.start);
  }

  /**
   * By the bodies that the index tells of, and for functions that it tells of none by the extents of the
   * same definitions in the source: of the same name, around the place of the name.
   */
  static byExtent(nodes: readonly OutlineNode[], extents: readonly KnownExtent[]): Attribution {
    const bodies = nodes.flatMap(({ bodies: own, key }) =>
      own.map((range): Body => ({ range, key, way: 'enclosing' })),
    );
    const byName = new Map<string, KnownExtent[]>();
    for (const extent of extents) byName.set(extent.name, [...(byName.get(extent.name) ?? []), extent]);
    for (const node of extents.length === 0 ? [] : nodes.filter((each) => lacksBody(each))) {
      const around = (byName.get(node.name) ?? []).filter(({ range }) => contains(range, node.range.start));
      const innermost = around.sort((a, b) => compareRanges(a.range, b.range)).at(-1);
      if (innermost !== undefined) bodies.push({ range: innermost.range, key: node.key, way: 'extractor' });
    }
    return new Attribution(sorted(bodies), { key: moduleKeyOf(nodes), way: 'enclosing' }, false);
  }

  /** By bodies that are known; what is in none is in the document. */
  static ofBodies(bodies: readonly { readonly range: Range; readonly key: string }[], moduleKey: string): Attribution {
    const known = bodies.map(({ range, key }): Body => ({ range, key, way: 'enclosing' }));
    return new Attribution(sorted(known), { key: moduleKey, way: 'enclosing' }, false);
  }

  /** By order alone: a place belongs to the last symbol that may have a body and begins before it. */
  static byOrder(nodes: readonly OutlineNode[]): Attribution {
    const bodies = nodes.filter(hasBody).map(({ range, key }): Body => ({ range, key, way: 'nearest' }));
    return new Attribution(sorted(bodies), { key: moduleKeyOf(nodes), way: 'nearest' }, true);
  }

  /** The innermost symbol around a place; the document where there is none. */
  around(position: Position): Holder {
    const last = this.firstAfter(position) - 1;
    return this.bodies[this.isByOrder ? last : this.holding(last, position)] ?? this.module;
  }

  isModule(key: string): boolean {
    return key === this.module.key;
  }

  /** The innermost body that holds a place behind the start of body `at`: that body or one that it lies in; -1 for none. */
  private holding(at: number, position: Position): number {
    let holder = at;
    for (let body = this.bodies[holder]; body !== undefined; body = this.bodies[holder]) {
      if (contains(body.range, position)) return holder;
      holder = this.outer[holder] ?? -1;
    }
    return -1;
  }

  /** How many bodies begin at or before a place. */
  private firstAfter(position: Position): number {
    let low = 0;
    let high = this.bodies.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const start = this.bodies[middle]?.range.start;
      if (start !== undefined && comparePositions(start, position) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Is there no word in the index of how far any definition of a document goes, although some have a body? */
export function lacksBodies(nodes: readonly OutlineNode[]): boolean {
  return nodes.every(({ bodies }) => bodies.length === 0) && nodes.some(hasBody);
}

/** A function whose body the index does not tell of. */
export function lacksBody(node: OutlineNode): boolean {
  return node.bodies.length === 0 && hasBody(node);
}

/** Members of an interface are declared only. */
function hasBody({ nodeType, input }: OutlineNode): boolean {
  if (nodeType === 'class') return true;
  return (nodeType === 'function' || nodeType === 'method') && input.parentKey?.endsWith('(interface)') !== true;
}

function moduleKeyOf(nodes: readonly OutlineNode[]): string {
  return nodes[0]?.key ?? '';
}

function sorted(bodies: readonly Body[]): Body[] {
  return [...bodies].sort((a, b) => compareRanges(a.range, b.range));
}
