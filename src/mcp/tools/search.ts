import { z } from 'zod';
import { printable, rankedJson } from '../../answers/index.js';
import { NODE_TYPES } from '../../index.js';
import { given } from '../given.js';
import { page, projectId, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listShape, sourceField, symbolFields } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';
import { searchSymbols } from './search-call.js';

export const searchTool = defineTool({
  name: 'search',
  title: 'Search symbols',
  description:
    'Finds functions, classes, methods, types and variables in all indexed repositories by name or part of a name ' +
    '(any case, sub-words of camelCase and snake_case), best first, each with why it fits. Use it when you do not ' +
    'know the exact name; use `symbol` when you do.',
  input: z.strictObject({
    text: z.string().min(1).max(2000).describe('A name or a part of one.'),
    project: projectId.optional(),
    type: z.enum(NODE_TYPES).optional().describe('Only symbols of this type.'),
    language: z.string().min(1).max(100).optional().describe('Only symbols in this language, such as `typescript`.'),
    source: withSource,
    ...page,
    limit: page.limit.default(20),
  }),
  output: listShape(z.object({ ...symbolFields, score: z.number(), why: z.string(), ...sourceField })),
  annotations: ASKS,
  run: async ({ text, project, type, language, source, ...wanted }, { store }) => {
    if (project !== undefined) await store.projects.require(project);
    return listAnswer(
      {
        title: `symbols that fit ${quoted(text)}, best first`,
        fetch: ({ limit: k, cursor }) =>
          searchSymbols(store, text, { k, ...given({ cursor, project, type, language }) }),
        text: (item) => `${symbolText(item)} [${item.score.toFixed(2)} ${printable(item.why)}]`,
        json: rankedJson,
        none: 'Nothing fits. Try a shorter part of the name, or fewer filters.',
        symbol: (item) => item,
      },
      wanted,
      source ? new SourceReader(store) : undefined,
    );
  },
});
