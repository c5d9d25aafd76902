import type { PreciseAccess, PreciseEdgeType, PreciseReference, PreciseTarget } from '../../model/index.js';

interface Counted {
  readonly target: PreciseTarget;
  readonly edgeType: PreciseEdgeType;
  readonly name: string;
  count: number;
  reads: boolean;
  writes: boolean;
  /** Does a relationship say so, which stands nowhere in the source? */
  readonly isTold: boolean;
}

/** Counts the references of the symbols of one file, which are named by their positions. */
export class PreciseTally {
  private readonly sources = new Map<number, Map<string, Counted>>();

  /** One mention of the target. */
  add(source: number, reference: Omit<PreciseReference, 'count'>): void {
    const counted = this.counted(source, reference, false);
    counted.count++;
    counted.reads ||= reference.access === 'read' || reference.access === 'readwrite';
    counted.writes ||= reference.access === 'write' || reference.access === 'readwrite';
  }

  /** What a relationship says counts once, and not besides the source. */
  tell(source: number, target: PreciseTarget, edgeType: PreciseEdgeType, name: string): void {
    for (const known of this.sources.get(source)?.values() ?? []) {
      if (known.edgeType === edgeType && textOf(known.target) === textOf(target)) return;
    }
    this.counted(source, { target, edgeType, name }, true).count = 1;
  }

  /** Leaves references by a name to the binder. */
  leave(source: number, name: string): void {
    this.counted(source, { target: { kind: 'unresolved' }, edgeType: 'reference', name }, false).count = 1;
  }

  hasInheritance(source: number, name: string): boolean {
    return [...(this.sources.get(source)?.values() ?? [])].some(
      (each) => each.edgeType === 'inheritance' && each.name === name,
    );
  }

  referencesOf(source: number): PreciseReference[] {
    const all = [...(this.sources.get(source)?.values() ?? [])];
    const told = new Set(
      all.flatMap(({ edgeType, isTold, target }) => (edgeType === 'inheritance' && isTold ? [textOf(target)] : [])),
    );
    // To name a type in order to inherit from it is no use besides.
    const isHeader = ({ edgeType, count, isTold, target }: Counted): boolean =>
      edgeType === 'reference' && count === 1 && !isTold && told.has(textOf(target));
    return all
      .filter((each) => !isHeader(each))
      .map(({ target, edgeType, name, count, reads, writes }) => ({
        target,
        edgeType,
        name,
        count,
        access: edgeType === 'data_dependency' ? accessOf(reads, writes) : null,
      }));
  }

  private counted(
    source: number,
    { target, edgeType, name }: Pick<Counted, 'target' | 'edgeType' | 'name'>,
    isTold: boolean,
  ): Counted {
    let references = this.sources.get(source);
    if (references === undefined) this.sources.set(source, (references = new Map<string, Counted>()));
    const key = `${edgeType} ${name} ${textOf(target)}`;
    let counted = references.get(key);
    if (counted === undefined) {
      counted = { target, edgeType, name, count: 0, reads: false, writes: false, isTold };
      references.set(key, counted);
    }
    return counted;
  }
}

function textOf(target: PreciseTarget): string {
  switch (target.kind) {
    case 'symbol':
      return `symbol ${target.key}`;
    case 'external': {
      const { manager, packageName, version, descriptors } = target.moniker;
      return `external ${manager} ${packageName} ${version} ${descriptors}`;
    }
    case 'unresolved':
      return 'unresolved';
  }
}

function accessOf(reads: boolean, writes: boolean): PreciseAccess {
  return writes ? (reads ? 'readwrite' : 'write') : 'read';
}
