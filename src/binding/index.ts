export { Binder, type Bound, type BoundEdge } from './binder.js';
export { OfferedNames, type Offered, type OfferedEntry } from './offered-names.js';
export { firstMember, parseOutsidePath, type OutsideStep } from './outside.js';
export type { OutsideKind, OutsideUse } from './outside-uses.js';
export { packageManagerOf } from './own-libraries.js';
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
export { deriveRoutes } from './routes/derive-routes.js';
export { parseRoute, routeKey, routeOfKey, type RouteAnswers, type RouteRow, type RouteTopic } from './routes/route.js';
export { folderStemOf, stemOf } from './stems.js';
export { STRATEGIES, type Strategy } from './value.js';
