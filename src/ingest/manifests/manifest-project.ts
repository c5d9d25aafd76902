import { compareText, type ManifestWarning, type PackageDependency, type PackageFacts } from '../../model/index.js';
import type { ManifestKind } from './manifest-kind.js';
import type { ManifestFacts, ParsedManifest, ParsedOf } from './parsed-manifest.js';
import { folderOf, nameOf, resolvePath } from './paths.js';

export interface ManifestFile<K extends ManifestKind> {
  readonly path: string;
  readonly folder: string;
  readonly facts: ManifestFacts[K];
}

/** The parsed manifests of a project and the names of its files: what packages are made of. Pure but for its warnings. */
export class ManifestProject {
  /** Every file of the project, in order. */
  readonly files: readonly string[];
  private readonly known: ReadonlySet<string>;
  private readonly children: ReadonlyMap<string, FolderContent>;
  private readonly byPath: ReadonlyMap<string, ParsedManifest>;
  private readonly said = new Map<string, ManifestWarning>();

  constructor(files: Iterable<string>, parsed: ReadonlyMap<string, ParsedManifest>) {
    this.files = [...files].sort(compareText);
    this.known = new Set(this.files);
    this.children = contentByFolder(this.files);
    this.byPath = new Map([...parsed].sort(([a], [b]) => compareText(a, b)));
    for (const [path, { notes }] of this.byPath) {
      for (const { line, message } of notes) this.warn(path, line, message);
    }
  }

  /** The manifests of these kinds, in order of their paths. */
  of<K extends ManifestKind>(...kinds: readonly K[]): readonly ManifestFile<K>[] {
    return [...this.byPath].flatMap(([path, parsed]) =>
      isOf(parsed, kinds) ? [{ path, folder: folderOf(path), facts: parsed.facts }] : [],
    );
  }

  facts<K extends ManifestKind>(path: string, kind: K): ManifestFacts[K] | undefined {
    const parsed = this.byPath.get(path);
    return parsed !== undefined && isOf(parsed, [kind]) ? parsed.facts : undefined;
  }

  hasFile(path: string): boolean {
    return this.known.has(path);
  }

  hasFolder(folder: string): boolean {
    return this.children.has(folder);
  }

  /** The names of the files directly in a folder, in order. */
  filesIn(folder: string): readonly string[] {
    return this.children.get(folder)?.files ?? [];
  }

  /** The names of the folders directly in a folder, in order. */
  foldersIn(folder: string): readonly string[] {
    return this.children.get(folder)?.folders ?? [];
  }

  /** Follows a path that a manifest writes; one that leaves the project is warned of and undefined. */
  follow(
    from: string,
    folder: string,
    written: { readonly text: string; readonly line: number | null },
  ): string | undefined {
    const target = resolvePath(folder, written.text);
    if (target === undefined)
      this.warn(from, written.line, `'${written.text}' leads out of the project and is not followed.`);
    return target;
  }

  warn(path: string, line: number | null, message: string): void {
    this.said.set(`${path}\0${line ?? ''}\0${message}`, { path, line, message });
  }

  /** In order of path, line and message. */
  get warnings(): readonly ManifestWarning[] {
    return [...this.said.values()].sort(
      (a, b) => compareText(a.path, b.path) || (a.line ?? 0) - (b.line ?? 0) || compareText(a.message, b.message),
    );
  }
}

function isOf<K extends ManifestKind>(
  parsed: ParsedManifest,
  kinds: readonly K[],
): parsed is Extract<ParsedManifest, ParsedOf<K>> {
  return kinds.some((kind) => kind === parsed.kind);
}

interface FolderContent {
  readonly files: string[];
  readonly folders: string[];
}

function contentByFolder(files: readonly string[]): ReadonlyMap<string, FolderContent> {
  const contents = new Map<string, FolderContent>([['', { files: [], folders: [] }]]);
  const contentOf = (folder: string): FolderContent => {
    const known = contents.get(folder);
    if (known !== undefined) return known;
    const content = { files: [], folders: [] };
    contents.set(folder, content);
    contentOf(folderOf(folder)).folders.push(nameOf(folder));
    return content;
  };
  for (const file of files) contentOf(folderOf(file)).files.push(nameOf(file));
  return contents;
}

/** A package with its lists in the order that {@link PackageFacts} promises. */
export function sortedPackage(facts: PackageFacts): PackageFacts {
  return {
    ...facts,
    modules: [...facts.modules].sort((a, b) => compareText(a.kind, b.kind) || compareText(a.specifier, b.specifier)),
    dependencies: distinctDependencies(facts.dependencies),
  };
}

function distinctDependencies(dependencies: readonly PackageDependency[]): PackageDependency[] {
  const keyOf = ({ name, kind, manifestPath, alias, range, lockedVersion, local }: PackageDependency) =>
    [name, kind, manifestPath, alias ?? '', range ?? '', lockedVersion ?? '', local ?? ''].join('\0');
  const byKey = new Map(dependencies.map((dependency) => [keyOf(dependency), dependency]));
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, dependency]) => dependency);
}
