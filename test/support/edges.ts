import { Binder, MemoryProgram } from '../../src/binding/index.js';
import { nodeKey, type EdgeType } from '../../src/model/index.js';
import { factsOf } from './facts.js';

/**
 * Edges of a program given as sources by path, one line each, sorted: `from type to [strategy]`.
 * Containment is left out unless it is asked for.
 */
export async function edgesOf(
  sources: Readonly<Record<string, string>>,
  types: readonly EdgeType[] = ['call', 'inheritance', 'import', 'data_dependency', 'reference'],
): Promise<string[]> {
  const files = await Promise.all(Object.entries(sources).map(([path, text]) => factsOf(path, text)));
  const program = new MemoryProgram(files);
  const binder = new Binder(program);
  const keyOf = (index: number): string => nodeKey(program.symbol(index));
  const lines = program.symbols.flatMap(({ index }) =>
    binder
      .bind(index)
      .edges.filter((edge) => types.includes(edge.edgeType))
      .map((edge) => `${keyOf(index)} ${edge.edgeType} ${keyOf(edge.target)} [${edge.metadata?.strategy ?? '-'}]`),
  );
  const contained = program.symbols
    .filter(({ parent, owner }) => types.includes('containment') && parent >= 0 && owner === null)
    .map(({ index, parent }) => `${keyOf(parent)} containment ${keyOf(index)} [-]`);
  return [...lines, ...contained].sort();
}
