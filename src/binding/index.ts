export { Binder, type BoundEdge } from './binder.js';
export { MemoryProgram } from './memory-program.js';
export { type Program, type ProgramReference, type ProgramSymbol, type SymbolIndex } from './program.js';
export { STRATEGIES, type Strategy } from './value.js';
