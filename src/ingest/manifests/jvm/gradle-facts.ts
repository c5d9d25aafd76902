import type { DependencyKind } from '../../../model/index.js';
import type { Placed } from '../document/notes.js';

export interface GradleBuild {
  readonly group: string | null;
  readonly version: string | null;
  /** `group` and `version` that it sets for the projects below it, in `allprojects` or `subprojects`. */
  readonly shared: { readonly group: string | null; readonly version: string | null };
  readonly dependencies: readonly {
    readonly group: string;
    readonly artifact: string;
    readonly version: string | null;
    readonly kind: DependencyKind;
  }[];
  /** `project(':x')` */
  readonly projects: readonly { readonly path: Placed; readonly kind: DependencyKind }[];
}

export interface GradleSettings {
  readonly rootName: string | null;
  /** `:a:b`, as written without the first colon where it has none. */
  readonly includes: readonly Placed[];
  readonly folders: readonly { readonly project: string; readonly folder: Placed }[];
}

export interface GradleProperties {
  readonly group: string | null;
  readonly version: string | null;
}
