import type { PackageManager, ReferenceKind } from '../model/index.js';
import type { Outside } from './outside.js';
import { isOwnLibrary, packageManagerOf } from './own-libraries.js';
import type { ProgramReference, ProgramSymbol } from './program.js';
import { isStronger, type Evidence, type Found } from './value.js';

/** What binding concludes of something outside the project: it is used, whatever it is. */
export interface OutsideUse {
  readonly manager: PackageManager;
  /** As the import says it. */
  readonly specifier: string;
  /** From the module on, see `parseOutsidePath`. */
  readonly path: string;
  readonly kind: OutsideKind;
  readonly count: number;
  readonly evidence: Evidence;
}

export type OutsideKind = Exclude<ReferenceKind, 'export' | 'namespace'>;

interface OutsideDraft {
  readonly value: Outside;
  readonly manager: PackageManager;
  kind: OutsideKind;
  count: number;
  evidence: Evidence;
}

/** Collects what one symbol uses outside the project. */
export class OutsideUses {
  private readonly drafts = new Map<string, OutsideDraft>();
  private readonly manager: PackageManager | undefined;

  constructor(from: ProgramSymbol) {
    this.manager = packageManagerOf(from.language);
  }

  /** Notes a use, when an import names what is used and packages of its kind are known. */
  add({ value, evidence }: Found, { kind, count }: ProgramReference): void {
    if (value.kind !== 'external' || value.specifier === '' || kind === 'namespace') return;
    const { manager } = this;
    if (manager === undefined || isOwnLibrary(manager, value.specifier)) return;
    // What a module passes on it imports.
    const use = kind === 'export' ? 'import' : kind;
    const isAccess = use === 'read' || use === 'write' || use === 'readwrite';
    const key = [value.specifier, value.path, isAccess ? 'access' : use].join('\0');
    const draft = this.drafts.get(key);
    if (draft === undefined) {
      this.drafts.set(key, { value, manager, kind: use, count, evidence });
      return;
    }
    if (draft.kind !== use) draft.kind = 'readwrite';
    draft.count += count;
    if (isStronger(evidence, draft.evidence)) draft.evidence = evidence;
  }

  list(): OutsideUse[] {
    return [...this.drafts.values()].map(({ value: { specifier, path }, ...use }) => ({ specifier, path, ...use }));
  }
}
