import type { DependencyKind } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';

export interface CargoDeclaration {
  /** The key: what sources write, `-` as `_`. */
  readonly key: string;
  /** `package =`: the real name. */
  readonly name: string | null;
  readonly range: string | null;
  readonly path: Placed | null;
  /** `workspace = true`: the rest is in the workspace's root. */
  readonly isInherited: boolean;
  readonly kind: DependencyKind;
  readonly line: number | null;
}

export interface CargoTarget {
  readonly name: string | null;
  readonly path: Placed | null;
}

export interface CargoManifest {
  readonly package: {
    readonly name: string;
    readonly version: string | null;
    readonly isVersionInherited: boolean;
    /** `package.workspace`: the folder of the workspace's root. */
    readonly workspace: Placed | null;
    readonly library: CargoTarget | null;
    readonly binaries: readonly CargoTarget[];
    readonly findsBinaries: boolean;
  } | null;
  readonly workspace: {
    readonly members: readonly Placed[];
    readonly exclude: readonly Placed[];
    readonly version: string | null;
    readonly dependencies: readonly CargoDeclaration[];
  } | null;
  readonly dependencies: readonly CargoDeclaration[];
}

export interface CargoLock {
  readonly packages: readonly {
    readonly name: string;
    readonly version: string;
    /** `name`, or `name version` where the lockfile has several. */
    readonly dependencies: readonly string[];
  }[];
}
