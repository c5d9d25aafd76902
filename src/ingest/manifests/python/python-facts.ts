import type { DependencyKind } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';

/** One requirement: PEP 508, or what poetry, uv and pip write instead. */
export interface PythonRequirement {
  /** Normalised as PEP 503 says. */
  readonly name: string;
  readonly range: string | null;
  readonly kind: DependencyKind;
  /** A folder that is written in place of a version. */
  readonly path: Placed | null;
  /** The package of that name in the same uv workspace is meant. */
  readonly isWorkspace: boolean;
}

/** How a build finds the modules of a package. All paths count from the manifest's folder. */
export interface PythonLayout {
  /** Where top-level modules lie, when the manifest says so. */
  readonly roots: readonly Placed[];
  /** Packages and modules by their import names, when they are listed. */
  readonly names: readonly string[];
  /** Folders that are the packages themselves: `src/flask`. */
  readonly folders: readonly { readonly name: string | null; readonly folder: Placed }[];
  /** Folders of single packages: setuptools' `package-dir`, '' for all others. */
  readonly packageFolders: readonly { readonly name: string; readonly folder: Placed }[];
  /** Patterns of import names that discovery takes and leaves out. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export const NO_LAYOUT: PythonLayout = {
  roots: [],
  names: [],
  folders: [],
  packageFolders: [],
  include: [],
  exclude: [],
};

export interface SetupFacts {
  /** As written. */
  readonly name: string | null;
  readonly version: string | null;
  readonly requirements: readonly PythonRequirement[];
  readonly layout: PythonLayout;
}

export interface Pyproject extends SetupFacts {
  /** Whether the file describes a project, and not only how tools are set. */
  readonly isProject: boolean;
  /** A uv workspace's member patterns. */
  readonly workspace: { readonly members: readonly Placed[]; readonly exclude: readonly Placed[] } | null;
}

export interface RequirementsFile {
  readonly requirements: readonly PythonRequirement[];
  /** `-r` and `-c`: other files of the same format. */
  readonly includes: readonly (Placed & { readonly isConstraint: boolean })[];
  /** `-e ./folder` and `./folder` without a name. */
  readonly folders: readonly Placed[];
}

export interface Pipfile {
  readonly requirements: readonly PythonRequirement[];
}

export interface PythonLock {
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}
