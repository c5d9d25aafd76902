import type { ModuleEntry } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';
import { nameGlob } from '../globs.js';
import type { ManifestProject } from '../manifest-project.js';
import { nameOf, under } from '../paths.js';
import { NO_LAYOUT, type PythonLayout } from './python-facts.js';

/** What setuptools leaves out when a project keeps its packages beside everything else. */
const NO_PACKAGES = new Set(
  (
    'ci bin debian doc docs documentation manpages news newsfragments changelog test tests unit_test unit_tests example examples ' +
    'scripts tools util utils python build benchmark benchmarks exercise exercises htmlcov site tasks fabfile site_scons dist venv env'
  ).split(' '),
);
const NO_MODULES =
  /^(?:setup|conftest|tests?|examples?|build|toxfile|noxfile|pavement|dodo|tasks|fabfile|.*_test|test_.*)$/;
const IMPORT_NAME = /^[A-Za-z_]\w*$/;
const MAX_DEPTH = 8;

/** One manifest's layout, with the file that says it. */
export interface ToldLayout {
  readonly path: string;
  readonly layout: PythonLayout;
}

/**
 * The modules that a Python package brings, as its builds would find them: what is listed, else what lies in the folders
 * that are named, else by custom `src/`, the folder of the package's own name, or every package beside the manifest. Of
 * packages only the outermost are listed; of namespaces, which have no `__init__.py`, what is inside.
 */
export function pythonModules(
  folder: string,
  name: string,
  told: readonly ToldLayout[],
  project: ManifestProject,
): ModuleEntry[] {
  return new ModuleFinder(folder, name, told, project).find();
}

class ModuleFinder {
  private readonly found = new Map<string, string[]>();
  private readonly layout: PythonLayout;

  constructor(
    private readonly folder: string,
    private readonly name: string,
    private readonly told: readonly ToldLayout[],
    private readonly project: ManifestProject,
  ) {
    this.layout = told.find(({ layout }) => isTelling(layout))?.layout ?? NO_LAYOUT;
  }

  find(): ModuleEntry[] {
    const { folders, names, packageFolders } = this.layout;
    for (const { name, folder } of folders) {
      const at = this.place(folder);
      if (at !== undefined) this.add(name ?? nameOf(folder.text.replace(/(?<!\/)\/+$/, '')), at);
    }
    const roots = this.roots();
    for (const dotted of names.filter((candidate) => !names.some((other) => candidate.startsWith(`${other}.`)))) {
      const path = dotted.replaceAll('.', '/');
      for (const root of roots.length > 0 ? roots : this.customRoots(path)) this.add(dotted, under(root, path));
    }
    for (const { name, folder } of packageFolders.filter((mapped) => mapped.name !== '')) {
      const at = this.place(folder);
      if (at !== undefined) this.found.set(name, filesOf(at));
    }
    if (this.found.size === 0) this.discover(roots);
    return [...this.found].map(([specifier, targets]) => ({ kind: 'module', specifier, targets }));
  }

  private roots(): string[] {
    const written = [
      ...this.layout.packageFolders.filter(({ name }) => name === '').map(({ folder }) => folder),
      ...this.layout.roots,
    ];
    return written.flatMap((root) => this.place(root) ?? []);
  }

  /** Without a root, builds look beside the manifest and in `src`; where the module is not found, both are candidates. */
  private customRoots(path: string): readonly string[] {
    const roots = [this.folder, under(this.folder, 'src')];
    const fitting = roots.filter((root) => this.isModule(under(root, path)));
    return fitting.length > 0 ? fitting : roots;
  }

  private discover(roots: readonly string[]): void {
    const source = under(this.folder, 'src');
    if (roots.length > 0) for (const root of roots) this.scan(root, '', root === this.folder ? 0 : MAX_DEPTH);
    else if (this.project.foldersIn(this.folder).includes('src')) this.scan(source, '', MAX_DEPTH);
    if (this.found.size > 0) return;
    const own = this.name.replaceAll('-', '_');
    for (const spelling of [own, this.name.replaceAll('-', '')]) {
      for (const root of [this.folder, source]) {
        if (spelling !== '' && this.isModule(under(root, spelling))) return this.add(spelling, under(root, spelling));
      }
    }
    this.scan(this.folder, '', 0);
  }

  /** @param namespaceDepth how far namespaces are followed; 0 is the flat layout, where much besides packages lies around */
  private scan(folder: string, prefix: string, namespaceDepth: number): void {
    const isFlat = namespaceDepth === 0;
    const before = this.found.size;
    for (const name of this.project.foldersIn(folder)) {
      const dotted = prefix + name;
      const path = under(folder, name);
      if (!IMPORT_NAME.test(name) || (isFlat && NO_PACKAGES.has(name)) || !this.isWanted(dotted)) continue;
      if (this.isPackage(path)) this.add(dotted, path);
      else if (namespaceDepth > 1) this.scan(path, `${dotted}.`, namespaceDepth - 1);
    }
    if (isFlat && this.found.size > before) return;
    for (const file of this.project.filesIn(folder)) {
      const name = /^(\w+)\.pyi?$/.exec(file)?.[1];
      if (name === undefined || name === '__init__' || NO_MODULES.test(name) || !this.isWanted(prefix + name)) continue;
      this.add(prefix + name, under(folder, name));
    }
  }

  private isWanted(dotted: string): boolean {
    const { include, exclude } = this.layout;
    // A namespace is looked into when a pattern is about something inside it.
    const isIncluded = (pattern: string) => pattern.startsWith(`${dotted}.`) || (nameGlob(pattern)?.(dotted) ?? false);
    if (include.length > 0 && !include.some(isIncluded)) return false;
    return !exclude.some((pattern) => nameGlob(pattern)?.(dotted) ?? false);
  }

  private isPackage(path: string): boolean {
    return ['__init__.py', '__init__.pyi'].some((file) => this.project.hasFile(`${path}/${file}`));
  }

  private isModule(path: string): boolean {
    return this.isPackage(path) || this.project.hasFile(`${path}.py`);
  }

  private place(written: Placed): string | undefined {
    const teller = this.told.find(({ layout }) => layout === this.layout);
    return this.project.follow(teller?.path ?? '', this.folder, written);
  }

  /** A listed name that is a namespace stands for what is in it. */
  private add(dotted: string, path: string): void {
    if (!this.isModule(path) && this.project.hasFolder(path) && !this.isWithoutModules(path)) {
      this.scan(path, `${dotted}.`, MAX_DEPTH);
    } else this.found.set(dotted, [...(this.found.get(dotted) ?? []), ...filesOf(path)]);
  }

  private isWithoutModules(path: string): boolean {
    return (
      this.project.foldersIn(path).length === 0 && !this.project.filesIn(path).some((file) => /\.pyi?$/.test(file))
    );
  }
}

function isTelling(layout: PythonLayout): boolean {
  return Object.values(layout).some((told: readonly unknown[]) => told.length > 0);
}

/** Sources before stubs. */
function filesOf(path: string): string[] {
  return [`${path}/__init__.py`, `${path}.py`, `${path}/__init__.pyi`, `${path}.pyi`];
}
