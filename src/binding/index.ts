export { Binder, type BoundEdge } from './binder.js';
export { BINDING_VERSION, type BindingQuery, type QueryRunner } from './binding-query.js';
export { MemoryProgram } from './memory-program.js';
export {
  familyOf,
  languagesOf,
  lastSegment,
  ownerOf,
  placeOf,
  SCOPE_REFERENCE_KINDS,
  type Program,
  type ProgramReference,
  type ProgramSymbol,
  type ScopeReferenceKind,
  type SymbolIndex,
} from './program.js';
export { STRATEGIES, type Strategy } from './value.js';
