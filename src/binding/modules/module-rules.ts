import type { Program, ProgramSymbol, SymbolIndex } from '../program.js';
import type { Value } from '../value.js';

/** What rules may ask beyond the program itself. */
export interface ModuleContext {
  readonly program: Program;
  /** The files that a file includes, directly or through others, and itself. */
  included(module: SymbolIndex): ReadonlySet<SymbolIndex>;
}

/** How the files of a language see each other. One object per family of languages. */
export interface ModuleRules {
  /** What the module text of an import stands for, seen from `from`. Undefined: inside the project, but not there. */
  resolveModule(program: Program, from: ProgramSymbol, specifier: string): Value | undefined;
  /** Do files offer only what they export? Otherwise every top-level name can be imported. */
  readonly explicitExports: boolean;
  /** Can an import in a file be imported from there again? */
  readonly importsAreExports: boolean;
  /** Are members of the enclosing types visible by their bare name? */
  readonly implicitMembers: boolean;
  /** Names of a constructor, given its class. */
  readonly constructorNames: (className: string) => readonly string[];
  /** Can a file see the top-level `candidate` of another file without importing it? By which strategy? */
  visible?(
    context: ModuleContext,
    from: ProgramSymbol,
    candidate: ProgramSymbol,
  ): 'namespace' | 'include' | 'linkage' | 'global' | undefined;
  /** False for a file that sees nothing of others without importing it. */
  seesOthers?(program: Program, from: ProgramSymbol): boolean;
  /** A file that a name of this module may be, when it is not defined in it (Python packages, Rust modules). */
  submodule?(program: Program, module: ProgramSymbol, name: string): SymbolIndex | undefined;
  /** What the namespace at `path` holds under `name`. */
  namespaceMember?(context: ModuleContext, from: ProgramSymbol, path: string, name: string): Value | undefined;
  /** May a name that is nothing else be that of a library, in languages where these need no import? */
  isLibraryName?(name: string): boolean;
  /** Names that stand for modules wherever they are written. */
  readonly moduleKeywords?: ReadonlySet<string>;
  /** Joins the parts of a namespace's path, in languages where a name that is nothing else may start such a path. */
  readonly namespaceSeparator?: string;
  /** Is an import of everything an include, whose names `visible` finds through all files between? */
  readonly includes?: boolean;
  /** Does calling a class name make an instance? */
  readonly callMakesInstance: boolean;
}
