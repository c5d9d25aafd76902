/** The name in the last descriptor of a symbol of an index. */
export function nameOfSymbol(symbol: string): string {
  const plain = symbol.replace(/\(\+?\d*\)\.$|[#.:]$|^.*\((?=[^()]*\)$)|(?<=\([^()]*)\)$/g, '');
  const last = plain.endsWith('`') ? /`((?:[^`]|``)*)`$/.exec(plain)?.[1] : /[\w$+-]*$/.exec(plain)?.[0];
  const name = last ?? '';
  return name === '<constructor>' ? 'constructor' : name.replace(/^<[gs]et>/, '');
}

/**
 * The form in which the symbols of one indexer agree from one package to another: without the folder of
 * sources, the version and the quotes, and the name of the package in lower case.
 */
export function normaliseSymbol(symbol: string): string {
  const [scheme = '', manager = '', name = '', , ...descriptors] = symbol.split(' ');
  const path = descriptors
    .join(' ')
    .replaceAll('`', '')
    .replace(/^src[./]/, '');
  return [scheme, manager, name.toLowerCase(), path].join(' ');
}
