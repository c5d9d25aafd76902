import { z } from 'zod';
import { impactJson } from '../../answers/index.js';
import type { EdgeType, ImpactItem } from '../../index.js';
import { given } from '../given.js';
import { depth, edgeTypes, page, projectId, symbolName, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listShape, sourceField, subjectField, symbolShape } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { subjectNotes, subjectOf } from '../subject.js';
import { pathText, quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

const DEPENDENCIES: EdgeType[] = ['call', 'inheritance', 'data_dependency', 'reference', 'import'];

export const impactTool = defineTool({
  name: 'impact',
  title: 'What a change may break',
  description:
    'Everything that depends on a symbol, directly or through others, nearest first, each with the path that explains ' +
    'it. Ask before you change a signature or behaviour. With `across: true` also dependents in other repositories.',
  input: z.strictObject({
    name: symbolName,
    project: projectId.optional().describe('Look the name up in this project only.'),
    across: z.boolean().default(false).describe('Dependents in other projects as well, and what depends on those.'),
    depth: depth.optional().describe('So many edges away at most; as far as edges lead unless given.'),
    edgeTypes: edgeTypes.default(DEPENDENCIES).describe('Edges that carry a change.'),
    source: withSource,
    ...page,
  }),
  output: listShape(
    z.object({ symbol: symbolShape, depth: z.int(), path: z.array(z.string()), ...sourceField }),
  ).extend(subjectField),
  annotations: ASKS,
  run: async ({ name, project, across, depth: most, edgeTypes: types, source, ...wanted }, { store, signal }) => {
    const subject = await subjectOf(store, name, project);
    return listAnswer(
      {
        title: `impact of ${quoted(name)}${across ? ' across projects' : ''}`,
        fetch: (asked) =>
          store.traversal.impact(name, {
            ...asked,
            ...given({ project, depth: most }),
            across,
            edgeTypes: types,
            signal,
          }),
        text: (item) => `${symbolText(item.symbol)} [${because(item)}]`,
        json: impactJson,
        notes: () => subjectNotes(name, subject),
        more: () => ({ subject }),
        none: `Nothing depends on it${across ? '' : ' in its own project; `across: true` asks the others'}.`,
        symbol: (item) => item.symbol,
      },
      wanted,
      source ? new SourceReader(store) : undefined,
    );
  },
});

/** The path without its first key, which the line itself stands for; at depth 1 it explains itself. */
function because({ depth: away, path }: ImpactItem): string {
  return away > 1 ? `depth ${away} ${pathText(path.slice(1))}` : 'depth 1';
}
