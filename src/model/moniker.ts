import { formatDescriptors, type GlobalScipSymbol, type ScipDescriptor } from './scip-symbol.js';

/**
 * A symbol's name inside a package, in a form in which the one who defines it and those who import it
 * agree. The version stands apart: users name another one than the definition has.
 */
export interface Moniker {
  readonly manager: string;
  readonly packageName: string;
  /** SCIP descriptors, with backticks only where needed. */
  readonly descriptors: string;
  readonly version: string;
}

const PYTHON_MANAGERS: ReadonlySet<string> = new Set(['python', 'pip', 'pypi']);
const SOURCE_FOLDER = /^src\.(?=.)/;

/**
 * The moniker of a SCIP symbol. For Python the manager is `pypi`, the package has its canonical name (PEP
 * 503: lower case, runs of `-`, `_` and `.` as one `-`), and a module has the name under which it is
 * imported, which leaves out the folder `src` that it may lie in.
 */
export function monikerOf(symbol: GlobalScipSymbol): Moniker {
  const { manager, packageName, version, descriptors } = symbol;
  if (!PYTHON_MANAGERS.has(manager))
    return { manager, packageName, descriptors: formatDescriptors(descriptors), version };
  return {
    manager: 'pypi',
    packageName: packageName.toLowerCase().replace(/[-_.]+/g, '-'),
    descriptors: formatDescriptors(withoutSourceFolder(descriptors)),
    version,
  };
}

/** One text for a moniker without its version: equal for definition and use. */
export function monikerKey({ manager, packageName, descriptors }: Moniker): string {
  return `${manager} ${packageName} ${descriptors}`;
}

function withoutSourceFolder(descriptors: readonly ScipDescriptor[]): readonly ScipDescriptor[] {
  const [first, ...rest] = descriptors;
  if (first?.suffix !== 'namespace') return descriptors;
  return [{ ...first, name: first.name.replace(SOURCE_FOLDER, '') }, ...rest];
}
