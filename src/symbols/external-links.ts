import type { ModuleEntry, NodeId, NodeType, PackageManager, ProjectId } from '../model/index.js';
import type { ExternalUseKind } from './external-uses.js';

/** A package as one who looks for a provider sees it. */
export interface ProviderPackage {
  readonly id: number;
  readonly project: ProjectId;
  readonly manager: PackageManager;
  readonly name: string;
  readonly version: string | null;
  readonly folder: string;
  readonly modules: readonly ModuleEntry[];
}

/** What a package of the importing project asks for. */
export interface AskedPackage {
  readonly id: number;
  /** The folder of the package that asks. */
  readonly folder: string;
  readonly manager: PackageManager;
  readonly name: string;
  readonly alias: string | null;
  readonly range: string | null;
  readonly lockedVersion: string | null;
  readonly kind: string;
  readonly local: string | null;
  readonly manifest: string;
}

/** A name that waits for its links, with the files that use it and how. */
export interface WaitingName {
  readonly id: number;
  readonly manager: PackageManager;
  readonly specifier: string;
  readonly path: string;
  readonly uses: readonly FileUses[];
}

/** How the symbols of one file use a name. */
export interface FileUses {
  readonly file: string;
  /** Joined by commas. */
  readonly kinds: string;
  /** To import it is not to use it. */
  readonly users: number;
  readonly count: number;
}

/** Some names of one project that wait, read with their state of the store. */
export interface WaitingNames {
  readonly generation: number;
  readonly project: ProjectId;
  readonly names: readonly WaitingName[];
  /** Symbols that use less than before. */
  readonly queued: readonly NodeId[];
}

/** Folders of a project's packages, and what they ask for. */
export interface ImportingPackages {
  readonly folders: readonly { readonly manager: PackageManager; readonly folder: string }[];
  readonly asked: readonly AskedPackage[];
}

export type LinkStatus = 'linked' | 'ambiguous' | 'not-found' | 'untyped' | 'not-indexed' | 'unknown';

/** Why a candidate stands where it does. */
export type LinkReason = 'locked' | 'range' | 'declared' | 'import' | 'outside-range';

export interface LinkCandidate {
  readonly node: NodeId;
  readonly initializer: NodeId | null;
  readonly package: number;
  /** From 1, best first; candidates of one rank are a tie. */
  readonly rank: number;
  readonly reason: LinkReason;
}

/** What a name is to the files of one package. */
export interface NameLink {
  readonly name: number;
  readonly folder: string;
  readonly packageName: string | null;
  readonly dependency: number | null;
  readonly status: LinkStatus;
  readonly users: number;
  readonly uses: number;
  readonly candidates: readonly LinkCandidate[];
  readonly watches: readonly string[];
}

/** A use together with what its name is linked to for the file that it is in. */
export interface LinkedUse {
  readonly source: NodeId;
  readonly file: string;
  readonly name: number;
  readonly manager: PackageManager;
  readonly specifier: string;
  readonly kind: ExternalUseKind;
  readonly count: number;
  readonly strategy: string;
}

/** Where a link leads, with what its edges say as evidence. */
export interface LinkTarget {
  readonly name: number;
  readonly folder: string;
  readonly node: NodeId;
  readonly nodeType: NodeType;
  readonly nodeName: string;
  readonly initializer: NodeId | null;
  readonly reason: LinkReason;
  readonly package: string;
  readonly version: string | null;
  readonly range: string | null;
  readonly manifest: string | null;
}
