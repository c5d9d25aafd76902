import type { Placed } from '../document/notes.js';

/** Texts are as written, with `${…}` where the file has them. */
export interface PomDependency {
  readonly group: string | null;
  readonly artifact: string | null;
  readonly version: string | null;
  readonly scope: string | null;
  readonly type: string | null;
  readonly isOptional: boolean;
  readonly line: number;
}

export interface Pom {
  readonly group: string | null;
  readonly artifact: string | null;
  readonly version: string | null;
  readonly parent: {
    readonly group: string | null;
    readonly artifact: string | null;
    readonly version: string | null;
    /** Null: not in a folder of the project (`<relativePath/>`). */
    readonly relativePath: Placed | null;
    readonly line: number;
  } | null;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly modules: readonly Placed[];
  readonly dependencies: readonly PomDependency[];
  readonly managed: readonly PomDependency[];
  readonly sourceFolder: string | null;
}
