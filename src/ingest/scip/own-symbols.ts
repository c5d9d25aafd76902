import type { GlobalScipSymbol, NodeType, ScipDescriptor } from '../../model/index.js';

/** The scheme of the symbols that this library writes. */
export const OWN_SCHEME = 'lestockage';
/** The name that an index of this library's gives as its tool. */
export const OWN_TOOL = 'lestockage';

/** Tells the second and later definitions of a name apart; a method has a disambiguator for it. */
const REPEATED = /~(\d+)$/;

/** The descriptor of a node. `name` is its qualified name without that of what it is written in. */
export function ownDescriptor(name: string, nodeType: NodeType, ordinal: number): ScipDescriptor {
  if (nodeType === 'function' || nodeType === 'method') {
    return { name, suffix: 'method', disambiguator: ordinal > 1 ? `+${ordinal - 1}` : '' };
  }
  return { name: ordinal > 1 ? `${name}~${ordinal}` : name, suffix: suffixOf(nodeType), disambiguator: '' };
}

export function pathDescriptors(path: string): ScipDescriptor[] {
  return path.split('/').map((name) => ({ name, suffix: 'namespace', disambiguator: '' }));
}

/** What a descriptor says of its node: the reverse of {@link ownDescriptor}. */
export function readOwnDescriptor({ name, suffix, disambiguator }: ScipDescriptor): { name: string; ordinal: number } {
  if (suffix === 'method') return { name, ordinal: 1 + Number(/^\+(\d+)$/.exec(disambiguator)?.[1] ?? 0) };
  const repeated = REPEATED.exec(name);
  return repeated === null
    ? { name, ordinal: 1 }
    : { name: name.slice(0, repeated.index), ordinal: Number(repeated[1]) };
}

export function isOwn(symbol: GlobalScipSymbol): boolean {
  return symbol.scheme === OWN_SCHEME;
}

function suffixOf(nodeType: NodeType): ScipDescriptor['suffix'] {
  switch (nodeType) {
    case 'module':
      return 'namespace';
    case 'variable':
      return 'term';
    case 'external':
      return 'meta';
    default:
      return 'type';
  }
}
