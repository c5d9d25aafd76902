import { NODE_TYPES, type GlobalScipSymbol, type NodeType, type ScipDescriptor } from '../../model/index.js';

/** The scheme of the symbols that this library writes. */
export const OWN_SCHEME = 'lestockage';
/** The name that an index of this library's gives as its tool. */
export const OWN_TOOL = 'lestockage';

/** What tells symbols apart that would have one text: the type, and which definition of the name it is. */
const TOLD_APART = new RegExp(`^([^]+?)(?:~(?:${NODE_TYPES.join('|')}))?(?:~(\\d+))?$`);

/**
 * The descriptor of a node. `name` is its qualified name without that of what it is written in.
 *
 * @param withType says the type too, for a node whose symbol another one has already
 */
export function ownDescriptor(name: string, nodeType: NodeType, ordinal: number, withType = false): ScipDescriptor {
  const typed = withType ? `${name}~${nodeType}` : name;
  if (nodeType === 'function' || nodeType === 'method') {
    return { name: typed, suffix: 'method', disambiguator: ordinal > 1 ? `+${ordinal - 1}` : '' };
  }
  return { name: ordinal > 1 ? `${typed}~${ordinal}` : typed, suffix: suffixOf(nodeType), disambiguator: '' };
}

export function pathDescriptors(path: string): ScipDescriptor[] {
  return path.split('/').map((name) => ({ name, suffix: 'namespace', disambiguator: '' }));
}

/** What a descriptor says of its node: the reverse of {@link ownDescriptor}. */
export function readOwnDescriptor({ name, suffix, disambiguator }: ScipDescriptor): { name: string; ordinal: number } {
  const [, plain = name, repeated = '1'] = TOLD_APART.exec(name) ?? [];
  if (suffix !== 'method') return { name: plain, ordinal: Number(repeated) };
  return { name: plain, ordinal: 1 + Number(/^\+(\d+)$/.exec(disambiguator)?.[1] ?? 0) };
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
