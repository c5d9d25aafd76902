import { NODE_MODULES } from '../own-libraries.js';
import type { Program, ProgramSymbol } from '../program.js';
import { aliasName, ANY_HEAD, headOf, type PackageRoute, type RoutedPackage } from '../routes/route.js';
import { bestMatches, foldersAround, innermost, namedPackages, packageIn, targetsOf } from './packages.js';

/** What the manifests make of an import that is no relative path. */
export interface Lead {
  /** Where it may lie, from the project's root, best first. */
  readonly targets: readonly string[];
  /** Is it known to lie in the project, whether or not there is a file? */
  readonly isInside: boolean;
}

/**
 * Where an import leads, in the order in which TypeScript and Node look: `imports` of a package.json, `paths` and
 * `baseUrl` of a tsconfig, then the project's own packages. An alias of a deeper folder comes first.
 */
export function* leadsOf(program: Program, from: ProgramSymbol, specifier: string): Generator<Lead> {
  if (specifier.startsWith('/') || specifier.startsWith('node:') || specifier === '') return;
  yield* aliasLeads(program, from.filePath, specifier);
  const lead = packageLead(program, from.filePath, specifier);
  if (lead !== undefined) yield lead;
}

function* aliasLeads(program: Program, filePath: string, specifier: string): Generator<Lead> {
  for (const folder of foldersAround(program.route('alias-folders', '') ?? [], filePath)) {
    const routes = [headOf(specifier), ANY_HEAD].flatMap(
      (head) => program.route('aliases', aliasName(folder, head)) ?? [],
    );
    for (const isImports of specifier.startsWith('#') ? [true, false] : [false]) {
      const fitting = routes.filter((route) => route.isImports === isImports);
      const matches = bestMatches(fitting, ({ pattern }) => pattern, specifier);
      const targets = targetsOf(matches);
      // What lies in node_modules is others', and a bare `*` says where to look, not that it is there.
      const isInside = matches.some(({ item }) => item.pattern !== '*') && !targets.every(isInstalled);
      if (matches.length > 0) yield { targets, isInside: isInside || (isImports && targets.length === 0) };
    }
  }
}

function isInstalled(path: string): boolean {
  return /(?:^|\/)node_modules(?:\/|$)/.test(path);
}

function packageLead(program: Program, filePath: string, specifier: string): Lead | undefined {
  const match = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(specifier);
  const [, name = '', inner] = match ?? [];
  if (name === '' || NODE_MODULES.has(name)) return undefined;
  const route = program.route('npm', name);
  const found = route === undefined ? undefined : meantPackage(route, filePath);
  if (found === undefined) return undefined;
  const wanted = inner === undefined || inner === '' ? '.' : `./${inner}`;
  const targets = targetsOf(bestMatches(found.modules, (module) => module.specifier, wanted));
  return { targets, isInside: true };
}

/**
 * The package that a file means by a name: its own, or what the innermost package around it asks for. Without
 * either, the workspace's package of that name is found in the node_modules of its root, unless all who ask mean another.
 */
function meantPackage(route: PackageRoute, filePath: string): RoutedPackage | undefined {
  const named = namedPackages(route);
  const own = innermost(named, filePath);
  const wish = innermost(route.wishes, filePath);
  if (wish !== undefined && (own === undefined || wish.folder.length >= own.folder.length)) {
    return wish.local === null ? undefined : packageIn(route, wish.local);
  }
  if (own !== undefined) return own;
  const isElsewhere = route.wishes.length > 0 && route.wishes.every(({ local }) => local === null);
  return named.length === 1 && !isElsewhere ? named[0] : undefined;
}
