import { Binder, deriveRoutes, MemoryProgram } from '../../src/binding/index.js';
import { manifestKindOf, readManifests } from '../../src/ingest/manifests/index.js';
import { nodeKey, type EdgeType } from '../../src/model/index.js';
import { factsOf } from './facts.js';

/**
 * Edges of a program given as sources by path, one line each, sorted: `from type to [strategy]`.
 * Containment is left out unless it is asked for. Manifests among the sources are read, and what they say of imports counts.
 */
export async function edgesOf(
  sources: Readonly<Record<string, string>>,
  types: readonly EdgeType[] = ['call', 'inheritance', 'import', 'data_dependency', 'reference'],
): Promise<string[]> {
  const read = Object.entries(sources).filter(([path]) => manifestKindOf(path) === undefined);
  const files = await Promise.all(read.map(([path, text]) => factsOf(path, text)));
  const { packages, aliases } = await readManifests({
    files: Object.keys(sources),
    read: (path) => Promise.resolve(sources[path]),
  });
  const program = new MemoryProgram(files, undefined, deriveRoutes(packages, aliases));
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
