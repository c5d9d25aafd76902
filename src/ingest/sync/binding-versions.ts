import { Binder, MemoryProgram } from '../../binding/index.js';

/** The version of each query of binding: what was stored by another one is bound again. */
export const BINDING_VERSIONS: ReadonlyMap<string, number> = new Map(
  [...new Binder(new MemoryProgram([])).queries].map(([name, { version }]) => [name, version]),
);
