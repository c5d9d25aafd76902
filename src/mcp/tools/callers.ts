import { z } from 'zod';
import { traversalJson } from '../../answers/index.js';
import type { TraversalItem } from '../../index.js';
import { given } from '../given.js';
import { depth, edgeTypes, page, projectId, symbolName, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { edgeShape, listShape, sourceField, subjectField, symbolShape } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { subjectNotes, subjectOf } from '../subject.js';
import { edgeText, quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool, type Tool } from '../tool.js';
import { printable } from '../../answers/index.js';

export const callersTool = neighboursTool(
  'callers',
  'Who calls a symbol',
  'Who calls a function, method or class: one line each, with the edge and how sure it is (confidence 0 to 1). ' +
    '`depth` follows callers of callers. For everything that a change may break, use `impact`.',
);

export const calleesTool = neighboursTool(
  'callees',
  'What a symbol calls',
  'What a function, method or class calls: one line each, with the edge and how sure it is (confidence 0 to 1). ' +
    '`depth` follows callees of callees.',
);

function neighboursTool(direction: 'callers' | 'callees', title: string, description: string): Tool {
  return defineTool({
    name: direction,
    title,
    description,
    input: z.strictObject({
      name: symbolName,
      project: projectId.optional().describe('Look the name up in this project only; the edges may leave it.'),
      depth: depth.default(1).describe('So many edges away at most.'),
      edgeTypes: edgeTypes.default(['call']).describe('Edges to follow.'),
      source: withSource,
      ...page,
    }),
    output: listShape(z.object({ symbol: symbolShape, depth: z.int(), edge: edgeShape, ...sourceField })).extend(
      subjectField,
    ),
    annotations: ASKS,
    run: async ({ name, project, depth: most, edgeTypes: types, source, ...wanted }, { store, signal }) => {
      const subject = await subjectOf(store, name, project);
      return listAnswer(
        {
          title: `${direction} of ${quoted(name)}`,
          fetch: (asked) =>
            store.traversal[direction](name, {
              ...asked,
              ...given({ project }),
              depth: most,
              edgeTypes: types,
              signal,
            }),
          text: (item) => `${symbolText(item.symbol)} [${reachedBy(item, direction)}]`,
          json: traversalJson,
          notes: () => subjectNotes(name, subject),
          more: () => ({ subject }),
          none: `No ${direction} by edges of type ${types.join(', ')}.`,
          symbol: (item) => item.symbol,
        },
        wanted,
        source ? new SourceReader(store) : undefined,
      );
    },
  });
}

/** The edge; further away, also from what it leads. */
function reachedBy({ depth: away, edge }: TraversalItem, direction: 'callers' | 'callees'): string {
  if (away === 1) return edgeText(edge);
  const other = direction === 'callers' ? `→ ${edge.to}` : `← ${edge.from}`;
  return `depth ${away}, ${edgeText(edge)} ${printable(other)}`;
}
