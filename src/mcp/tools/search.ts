import { z } from 'zod';
import { printable, rankedJson } from '../../answers/index.js';
import { NODE_TYPES, SEARCH_MODES } from '../../index.js';
import { given } from '../given.js';
import { page, projectId, withSource } from '../inputs.js';
import { listAnswer } from '../list-answer.js';
import { listShape, sourceField, symbolFields } from '../shapes.js';
import { SourceReader } from '../source-reader.js';
import { quoted, symbolText } from '../text-forms.js';
import { ASKS, defineTool } from '../tool.js';

export const searchTool = defineTool({
  name: 'search',
  title: 'Search symbols',
  description:
    'Finds functions, classes, methods, types and variables in all indexed repositories by what they are called, by ' +
    'words of their documentation and signature, and by meaning, best first, each with why it fits. Ask in your own ' +
    'words or with a part of a name; use `symbol` when you know the exact name.',
  input: z.strictObject({
    text: z.string().min(1).max(2000).describe('What to look for: some words, a name or a part of one.'),
    mode: z
      .enum(SEARCH_MODES)
      .default('hybrid')
      .describe('`hybrid` unless only names, only words of texts or only meaning are to count.'),
    project: projectId.optional(),
    type: z.enum(NODE_TYPES).optional().describe('Only symbols of this type.'),
    language: z.string().min(1).max(100).optional().describe('Only symbols in this language, such as `typescript`.'),
    path: z.string().min(1).max(4096).optional().describe('Only files whose path begins so, such as `src/`.'),
    near: projectId.optional().describe('A project whose symbols gain.'),
    source: withSource,
    ...page,
    limit: page.limit.default(20),
  }),
  output: listShape(z.object({ ...symbolFields, score: z.number(), why: z.string(), ...sourceField })),
  annotations: ASKS,
  run: async ({ text, mode, project, type, language, path, near, source, ...wanted }, { store, signal }) => {
    for (const id of [project, near]) if (id !== undefined) await store.projects.require(id);
    return listAnswer(
      {
        title: `symbols that fit ${quoted(text)}, best first`,
        fetch: ({ limit: k, cursor }) =>
          store.search(text, { mode, k, signal, ...given({ cursor, project, type, language, path, near }) }),
        notes: (answer) => answer.notes,
        text: (item) => `${symbolText(item)} [${item.score.toFixed(2)} ${printable(item.why)}]`,
        json: rankedJson,
        none: 'Nothing fits. Try other words, or fewer filters.',
        symbol: (item) => item,
      },
      wanted,
      source ? new SourceReader(store) : undefined,
    );
  },
});
