import type { Placed } from '../document/notes.js';

export interface GoReplacement {
  readonly module: string;
  /** Null: whatever the version. */
  readonly version: string | null;
  /** A module with its version, or a folder without one. */
  readonly by: Placed;
  readonly byVersion: string | null;
}

export interface GoModule {
  readonly module: string | null;
  readonly requires: readonly { readonly module: string; readonly version: string; readonly isIndirect: boolean }[];
  readonly replaces: readonly GoReplacement[];
}

export interface GoWorkspace {
  readonly uses: readonly Placed[];
  readonly replaces: readonly GoReplacement[];
}
