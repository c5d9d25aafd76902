import type { DependencyKind } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';

export interface NpmManifest {
  readonly name: string | null;
  readonly version: string | null;
  /** The member patterns of a workspace; null when the package is the root of none. */
  readonly workspaces: readonly Placed[] | null;
  /** With `exports` nothing else can be imported, and no file outside the package's folder. */
  readonly hasExports: boolean;
  readonly entries: readonly NpmEntry[];
  /** `imports`: names that start with `#`. */
  readonly imports: readonly NpmEntry[];
  readonly binaries: readonly NpmEntry[];
  readonly dependencies: readonly NpmDeclaration[];
}

/** A name, and the built files it stands for, best first. None: the name is closed to importers. */
export interface NpmEntry {
  readonly specifier: string;
  readonly files: readonly Placed[];
}

export interface NpmDeclaration {
  /** The key: what importers write. */
  readonly key: string;
  readonly range: string;
  readonly kind: DependencyKind;
  readonly line: number | null;
}

/** package-lock.json: what lies in which folder, from the lockfile's own. */
export interface NpmLock {
  readonly places: readonly {
    readonly path: string;
    readonly version: string | null;
    /** The folder that a link in node_modules leads to. */
    readonly link: string | null;
  }[];
}

export interface PnpmWorkspace {
  readonly packages: readonly Placed[];
  /** Versions that `catalog:` and `catalog:name` stand for. */
  readonly catalogs: readonly { readonly catalog: string; readonly name: string; readonly range: string }[];
}

export interface PnpmLock {
  readonly importers: readonly {
    /** From the lockfile's folder; '' is that folder. */
    readonly folder: string;
    readonly dependencies: readonly {
      readonly key: string;
      readonly version: string | null;
      readonly link: string | null;
    }[];
  }[];
}

export interface YarnLock {
  /** `foo@^1.0.0` as asked for, and what was chosen. */
  readonly entries: readonly { readonly descriptor: string; readonly version: string }[];
}

export interface BunLock {
  readonly workspaces: readonly { readonly folder: string; readonly name: string | null }[];
  readonly packages: readonly { readonly key: string; readonly version: string }[];
}

export interface TsConfig {
  readonly extends: readonly Placed[];
  readonly references: readonly Placed[];
  readonly baseUrl: Placed | null;
  /** Null when the file says nothing about paths, so that those it extends count. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly Placed[] }[] | null;
  readonly rootDir: string | null;
  readonly outDir: string | null;
  readonly declarationDir: string | null;
  readonly include: readonly string[] | null;
}
