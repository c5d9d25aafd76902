/** What manages a package and gives its names their meaning. Gradle's projects are packages of `maven`. */
export type PackageManager = 'npm' | 'pypi' | 'cargo' | 'go' | 'maven';

/** A package that a project holds. All paths count from the project's root, have '/' between names, and '' is the root. */
export interface PackageFacts {
  readonly manager: PackageManager;
  /**
   * Canonical: npm and cargo as written, pypi normalised as PEP 503 says, for go the module's path, for maven
   * `group:artifact`. Empty when the manifest names none, as an application that nobody imports may do.
   */
  readonly name: string;
  /** Null when the manifest gives none, or one that only a program can tell. */
  readonly version: string | null;
  readonly folder: string;
  /** The file that names the package; others may add to it. */
  readonly manifestPath: string;
  /** Sorted by kind and specifier. */
  readonly modules: readonly ModuleEntry[];
  /** Sorted by name, then kind, then manifest. A package that is declared in two groups is here twice. */
  readonly dependencies: readonly PackageDependency[];
}

/** How importers name a module of a package, and where it lies. */
export interface ModuleEntry {
  /** `binary`: a program of that name. It is started, not imported. */
  readonly kind: 'module' | 'binary';
  /**
   * What importers write, by the package's manager:
   * - npm: as in `exports`: `.`, `./sub`, `./features/*`
   * - pypi: the import name, `flask` or `google.cloud.storage`
   * - cargo: the name of the crate, `-` already replaced by `_`
   * - go: '' for the package in the module's own folder, `/*` for what lies below
   * - maven: an outermost Java package, `com.google.gson`
   *
   * At most one `*` stands for any text.
   */
  readonly specifier: string;
  /**
   * Where it may lie, best first: the first that is a file of the project (for go and maven, a folder) is meant. A `*`
   * stands for the same text as in the specifier. Empty when the manifest forbids the import.
   */
  readonly targets: readonly string[];
}

/**
 * `optional` is a dependency that may be missing or that belongs to an extra or feature; `build` is needed to build only;
 * `peer` is brought by whoever uses the package; `indirect` is listed, but the package itself does not name it.
 */
export type DependencyKind = 'normal' | 'development' | 'peer' | 'optional' | 'build' | 'indirect';

/** A package that another one asks for. */
export interface PackageDependency {
  readonly manager: PackageManager;
  /** Canonical, as in {@link PackageFacts.name}. */
  readonly name: string;
  /** What importers write instead of the name: `npm:` aliases, cargo's `package =`, a module that go.mod replaces by another. */
  readonly alias: string | null;
  /** As written: a version, a range, a tag or an address. Null when any version will do or the version is managed elsewhere. */
  readonly range: string | null;
  /** The version that the lockfile chose; where the format has none, the version that the manifest pins. */
  readonly lockedVersion: string | null;
  readonly kind: DependencyKind;
  /** The file that asks for it. */
  readonly manifestPath: string;
  /** The folder of the package in this project that is meant, when it is one of the project's own. */
  readonly local: string | null;
}

/** How imports in files below a folder are named inside the project: `paths` and `baseUrl` of a tsconfig, `imports` of a package.json. */
export interface PathAlias {
  /** The files below it are concerned; an alias of a deeper folder comes first. */
  readonly folder: string;
  /** What importers write, with at most one `*`. */
  readonly pattern: string;
  /** Paths from the project's root, best first; a `*` stands for the same text. They may need an ending or `/index`. */
  readonly targets: readonly string[];
  /** The file that says so. */
  readonly configPath: string;
}

/** Something in a manifest that could not be read or followed. What is beside it has been read. */
export interface ManifestWarning {
  readonly path: string;
  /** Counted from 1; null when the place inside the file is not known. */
  readonly line: number | null;
  readonly message: string;
}
