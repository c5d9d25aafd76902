import {
  formatScipSymbol,
  isLestockageError,
  parseScipSymbol,
  type GlobalScipSymbol,
  type ScipDescriptor,
} from '../../model/index.js';
import type { Complaints } from './complaints.js';
import type { Range } from './range.js';
import { ROLE, type ScipDocument, type ScipSymbolInformation } from './scip-document.js';

/** A symbol that a document defines, with all places where it does. */
export interface Definition {
  readonly symbol: string;
  readonly parsed: GlobalScipSymbol;
  readonly information: ScipSymbolInformation | undefined;
  /** Where its name stands first, or first with a body. */
  name: Range;
  /** The bodies, in order; empty when the index does not say how far they go. */
  readonly bodies: Range[];
}

const LOCAL = 'local ';
/** What belongs to the symbol around it. */
const PARTS: ReadonlySet<string> = new Set(['parameter', 'typeParameter']);
/** scip-python's name for a module itself. */
const PYTHON_MODULE = '__init__';

/**
 * The symbols that are defined in a document and can be named from outside of it, without parameters and
 * type parameters. A symbol that cannot be read is told of and left out.
 */
export function definitionsOf(document: ScipDocument, complaints: Complaints): Map<string, Definition> {
  const informations = new Map(document.symbols.map((information) => [information.symbol, information]));
  const definitions = new Map<string, Definition>();
  for (const { symbol, roles, range, enclosing } of document.occurrences) {
    if ((roles & ROLE.definition) === 0 || symbol.startsWith(LOCAL) || symbol === '') continue;
    if (range === undefined) {
      complaints.add('INVALID_RANGE', document.path, symbol);
      continue;
    }
    const known = definitions.get(symbol);
    if (known !== undefined) {
      if (enclosing !== undefined && known.bodies.length === 0) known.name = range;
      if (enclosing !== undefined) known.bodies.push(enclosing);
      continue;
    }
    const parsed = readSymbol(document, symbol, complaints);
    if (parsed === undefined || isPart(parsed)) continue;
    const bodies = enclosing === undefined ? [] : [enclosing];
    definitions.set(symbol, { symbol, parsed, information: informations.get(symbol), name: range, bodies });
  }
  return definitions;
}

function readSymbol(document: ScipDocument, symbol: string, complaints: Complaints): GlobalScipSymbol | undefined {
  try {
    const parsed = parseScipSymbol(symbol);
    return parsed.kind === 'global' ? parsed : undefined;
  } catch (error) {
    if (!isLestockageError(error)) throw error;
    complaints.add('INVALID_SYMBOL', document.path, symbol);
    return undefined;
  }
}

/** Parameters, and what scip-typescript calls members of a type that has no name. */
function isPart({ descriptors }: GlobalScipSymbol): boolean {
  const last = descriptors.at(-1);
  return (
    last !== undefined && (PARTS.has(last.suffix) || (last.suffix === 'meta' && /^typeLiteral\d+$/.test(last.name)))
  );
}

/**
 * The symbol of the document itself: a namespace, or scip-python's `__init__`, that is defined at its very
 * beginning. Some indexers have none.
 */
export function moduleDefinition(definitions: ReadonlyMap<string, Definition>): Definition | undefined {
  for (const definition of definitions.values()) {
    const { line, column } = definition.name.start;
    const last = definition.parsed.descriptors.at(-1);
    const isModule = last?.suffix === 'namespace' || (last?.suffix === 'meta' && last.name === PYTHON_MODULE);
    if (isModule && line === 0 && column === 0) return definition;
  }
  return undefined;
}

/** The descriptors that every symbol of a document begins with. */
export function modulePrefix(module: Definition | undefined): readonly ScipDescriptor[] {
  const descriptors = module?.parsed.descriptors ?? [];
  return descriptors.at(-1)?.suffix === 'meta' ? descriptors.slice(0, -1) : descriptors;
}

/** The descriptors of a definition after those of its document; none for the document itself. */
export function descriptorsWithin(
  { parsed }: Pick<Definition, 'parsed'>,
  prefix: readonly ScipDescriptor[],
  definitions: ReadonlyMap<string, Definition>,
): readonly ScipDescriptor[] {
  const { descriptors } = parsed;
  const isBelow = prefix.length > 0 && prefix.every((each, at) => isSame(each, descriptors[at]));
  if (isBelow) return withoutModuleName(descriptors.slice(prefix.length));
  // Without a prefix, namespaces are the document's way to be found, unless it defines them inside.
  let outer = 0;
  while (descriptors[outer]?.suffix === 'namespace' && !definitions.has(symbolOf(parsed, outer + 1))) outer++;
  return withoutModuleName(descriptors.slice(outer));
}

/** The text of the symbol that has the first `count` descriptors of another. */
export function symbolOf(parsed: GlobalScipSymbol, count: number): string {
  return formatScipSymbol({ ...parsed, descriptors: parsed.descriptors.slice(0, count) });
}

function withoutModuleName(descriptors: readonly ScipDescriptor[]): readonly ScipDescriptor[] {
  const [only, ...others] = descriptors;
  return only?.suffix === 'meta' && only.name === PYTHON_MODULE && others.length === 0 ? [] : descriptors;
}

function isSame(a: ScipDescriptor, b: ScipDescriptor | undefined): boolean {
  return a.name === b?.name && a.suffix === b.suffix && a.disambiguator === b.disambiguator;
}
